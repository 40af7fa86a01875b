//! Other views of images.

use super::{Augmentation, Operation};
use crate::random::Random;

/// What is done to an image.
#[derive(Debug, Clone)]
pub(super) struct Images {
    height: usize,
    width: usize,
    shift: f64,
    rotate: f64,
    scale: f64,
    noise: f64,
    cutout: usize,
    operations: usize,
}

impl Images {
    pub(super) fn new(augmentation: &Augmentation, [height, width]: [usize; 2]) -> Self {
        let size = |operation| augmentation.size(operation);
        Self {
            height,
            width,
            shift: size(Operation::Shift),
            rotate: size(Operation::Rotate),
            scale: size(Operation::Scale),
            noise: size(Operation::Noise),
            cutout: size(Operation::Cutout) as usize,
            operations: size(Operation::Rand) as usize,
        }
    }

    pub(super) fn apply(&self, image: &mut [f32], random: &mut Random) {
        for _ in 0..self.operations {
            self.operation(image, random);
        }
        if self.shift > 0.0 || self.rotate > 0.0 || self.scale > 0.0 {
            let (sin, cos) = random.within(self.rotate).to_radians().sin_cos();
            let scale = 1.0 + random.within(self.scale);
            let shift = [random.within(self.shift), random.within(self.shift)];
            self.resample(
                image,
                [cos / scale, sin / scale, -sin / scale, cos / scale],
                shift,
            );
        }
        if self.noise > 0.0 {
            for pixel in image.iter_mut() {
                *pixel += (self.noise * random.normal()) as f32;
            }
        }
        image
            .iter_mut()
            .for_each(|pixel| *pixel = pixel.clamp(0.0, 1.0));
        self.cut(image, self.cutout, random);
    }

    /// One operation of RandAugment, by chance.
    fn operation(&self, image: &mut [f32], random: &mut Random) {
        let (kind, magnitude) = (random.below(8), (1 + random.below(9)) as f64 / 10.0);
        let (sign, done) = (
            if random.uniform() < 0.5 { -1.0 } else { 1.0 },
            random.uniform() < 0.5,
        );
        if !done {
            return;
        }
        let signed = sign * magnitude;
        const SAME: [f64; 4] = [1.0, 0.0, 0.0, 1.0];
        match kind {
            0 => self.resample(image, SAME, [signed * 0.3 * self.width as f64, 0.0]),
            1 => self.resample(image, SAME, [0.0, signed * 0.3 * self.height as f64]),
            2 => self.resample(image, [1.0, 0.3 * signed, 0.0, 1.0], [0.0; 2]),
            3 => self.resample(image, [1.0, 0.0, 0.3 * signed, 1.0], [0.0; 2]),
            4 => {
                let (sin, cos) = (30.0 * signed).to_radians().sin_cos();
                self.resample(image, [cos, sin, -sin, cos], [0.0; 2]);
            }
            5 => {
                let factor = (1.0 + 0.9 * signed) as f32;
                image
                    .iter_mut()
                    .for_each(|pixel| *pixel = (factor * *pixel).clamp(0.0, 1.0));
            }
            6 => {
                let factor = (1.0 + 0.9 * signed) as f32;
                let mean = image.iter().sum::<f32>() / image.len() as f32;
                let contrast = |pixel: f32| (mean + factor * (pixel - mean)).clamp(0.0, 1.0);
                image.iter_mut().for_each(|pixel| *pixel = contrast(*pixel));
            }
            _ => {
                let side = 0.4 * magnitude * self.height.min(self.width) as f64;
                self.cut(image, side.round() as usize, random);
            }
        }
    }

    /// Each pixel becomes what was at `turn`·(x, y) + `shift`, seen from the middle, between its four neighbours; 0 outside.
    fn resample(&self, image: &mut [f32], turn: [f64; 4], shift: [f64; 2]) {
        let before = image.to_vec();
        let at = |x: i64, y: i64| {
            let inside =
                (0..self.width as i64).contains(&x) && (0..self.height as i64).contains(&y);
            let value = inside.then(|| before[y as usize * self.width + x as usize]);
            f64::from(value.unwrap_or(0.0))
        };
        let middle = [self.width, self.height].map(|side| (side as f64 - 1.0) / 2.0);
        for (i, pixel) in image.iter_mut().enumerate() {
            let x = (i % self.width) as f64 - middle[0];
            let y = (i / self.width) as f64 - middle[1];
            let from_x = turn[0] * x + turn[1] * y + middle[0] + shift[0];
            let from_y = turn[2] * x + turn[3] * y + middle[1] + shift[1];
            let (left, top) = (from_x.floor(), from_y.floor());
            let (right_part, low_part) = (from_x - left, from_y - top);
            let (left, top) = (left as i64, top as i64);
            let row = |y: i64| {
                at(left, y) * (1.0 - right_part) + at(left.saturating_add(1), y) * right_part
            };
            *pixel = (row(top) * (1.0 - low_part) + row(top.saturating_add(1)) * low_part) as f32;
        }
    }

    /// Sets a square to 0, whose middle is anywhere in the image.
    fn cut(&self, image: &mut [f32], side: usize, random: &mut Random) {
        if side == 0 {
            return;
        }
        let (x, y) = (random.below(self.width), random.below(self.height));
        let from = |middle: usize| middle.saturating_sub(side / 2);
        let to = |middle: usize, end: usize| (middle + side.div_ceil(2)).min(end);
        for row in from(y)..to(y, self.height) {
            let start = row * self.width;
            image[start + from(x)..start + to(x, self.width)].fill(0.0);
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::float_cmp,
    reason = "what is not touched is the same to the bit"
)]
mod tests {
    use super::*;
    use crate::random::Purpose;

    fn images(augmentation: &str) -> Images {
        Images::new(&augmentation.parse().unwrap(), [3, 4])
    }

    fn random(row: u64) -> Random {
        Random::new(0, Purpose::AugmentUnlabelled, [0, row])
    }

    /// 1 to 12, row by row, over 12.
    fn image() -> Vec<f32> {
        (1..=12u8).map(|i| f32::from(i) / 12.0).collect()
    }

    #[test]
    fn whole_shifts_move_pixels_and_bring_in_zeros() {
        let mut moved = image();
        images("shift=0").resample(&mut moved, [1.0, 0.0, 0.0, 1.0], [1.0, -1.0]);
        let expected = [0, 0, 0, 0, 2, 3, 4, 0, 6, 7, 8, 0];
        let moved: Vec<i32> = moved.iter().map(|x| (x * 12.0).round() as i32).collect();
        assert_eq!(moved, expected);
    }

    #[test]
    fn half_a_turn_reverses_the_image() {
        let mut turned = image();
        let (sin, cos) = 180f64.to_radians().sin_cos();
        images("shift=0").resample(&mut turned, [cos, sin, -sin, cos], [0.0; 2]);
        let expected: Vec<f32> = image().into_iter().rev().collect();
        assert!(
            turned
                .iter()
                .zip(expected)
                .all(|(a, b)| (a - b).abs() < 1e-6),
            "{turned:?}"
        );
    }

    #[test]
    fn half_a_pixel_is_the_mean_of_two() {
        let mut moved = image();
        images("shift=0").resample(&mut moved, [1.0, 0.0, 0.0, 1.0], [0.5, 0.0]);
        assert!((moved[0] * 12.0 - 1.5).abs() < 1e-6 && (moved[3] * 12.0 - 2.0).abs() < 1e-6);
    }

    #[test]
    fn views_stay_pixels_and_depend_on_their_stream_alone() {
        for augmentation in [
            "shift=1,rotate=20,scale=0.2,noise=0.3,cutout=2",
            "rand=3",
            "cutout=1",
        ] {
            let images = images(augmentation);
            let view = |row| {
                let mut view = image();
                images.apply(&mut view, &mut random(row));
                view
            };
            let views: Vec<Vec<f32>> = (0..50).map(view).collect();
            assert!(
                views.iter().flatten().all(|x| (0.0..=1.0).contains(x)),
                "{augmentation}"
            );
            assert_eq!(view(7), views[7]);
            assert!(views.iter().any(|view| *view != views[0]));
        }
    }

    #[test]
    fn a_cutout_takes_a_square() {
        for row in 0..20 {
            let mut cut = image();
            images("cutout=2").apply(&mut cut, &mut random(row));
            let zeros = cut.iter().filter(|&&x| x == 0.0).count();
            assert!([1, 2, 4].contains(&zeros), "{cut:?}");
        }
    }
}
