//! Headers of tensor files: what is wrong with one is said, with its place, and nothing panics or
//! asks for memory that the file does not have.

use kullback_model::{Dtype, Npy, SafeTensors};

use crate::dir::{Dir, random};

pub(crate) fn safetensors(header: &str, data: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend(header.bytes());
    file.resize(file.len() + data, 0);
    file
}

pub(crate) fn npy(header: &str, data: usize) -> Vec<u8> {
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.resize(file.len() + data, 0);
    file
}

const TENSORS: &str = r#"{"__metadata__":{"format":"pt"},"b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"none":{"dtype":"F32","shape":[0,7],"data_offsets":[16,16]}}"#;
const ARRAY: &str = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }          \n";

#[test]
fn tensors_come_in_the_order_of_their_data() {
    let path = Dir::new();
    let model = SafeTensors::open(path.write("a", &safetensors(TENSORS, 16))).unwrap();
    let names: Vec<_> = model.tensors().iter().map(|t| t.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "none"]);
    assert_eq!(model.metadata()["format"], "pt");
    let b = model.tensor("b").unwrap();
    assert_eq!((b.elements(), b.bytes, b.dtype), (6, 12, Dtype::Bf16));
    assert_eq!(model.window(b, 3, 3).unwrap().len(), 6);
    assert!(model.window(b, 4, 3).is_err());
    assert!(model.window(b, u64::MAX, 2).is_err());
    assert_eq!(model.tensor("none").unwrap().elements(), 0);
}

#[test]
fn what_is_wrong_with_a_safetensors_file_is_said() {
    let tensor = |entry: &str| safetensors(&format!("{{\"w\":{entry}}}"), 8);
    for (file, message) in [
        (
            b"1234".to_vec(),
            "is no .safetensors file: it has 4 bytes, fewer than the length of a header takes",
        ),
        (
            u64::MAX.to_le_bytes().to_vec(),
            "is no .safetensors file: its first 8 bytes say that the header has 18446744073709551615 bytes, and the format allows 100000000",
        ),
        (
            99_999_999u64.to_le_bytes().to_vec(),
            "the header should have 99999999 bytes, and the file ends after 0",
        ),
        (
            safetensors("[1]", 0),
            "the header is not what .safetensors has: invalid type: sequence, expected an object of tensors at line 1 column 0",
        ),
        (
            tensor(r#"{"dtype":"F3","shape":[2],"data_offsets":[0,8]}"#),
            "tensor `w`: `F3` is no dtype of safetensors that is known here",
        ),
        (
            tensor(r#"{"dtype":"F32","shape":[3],"data_offsets":[0,8]}"#),
            "tensor `w`: F32 [3] takes 12 bytes, and its data_offsets are 0 to 8",
        ),
        (
            tensor(r#"{"dtype":"F32","shape":[2],"data_offsets":[8,0]}"#),
            "tensor `w`: F32 [2] takes 8 bytes, and its data_offsets are 8 to 0",
        ),
        (
            tensor(r#"{"dtype":"F4","shape":[3],"data_offsets":[0,2]}"#),
            "tensor `w`: F4 [3] has no size in bytes that a file could have",
        ),
        (
            tensor(r#"{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}"#),
            "tensor `w`: F32 [4294967296, 4294967296] has no size in bytes that a file could have",
        ),
        (
            tensor(r#"{"dtype":"F32","shape":[1],"data_offsets":[4,8]}"#),
            "tensor `w`: leaves a hole before it: it begins at byte 4 of the data, and 0 was next",
        ),
        (
            tensor(r#"{"dtype":"F32","shape":[1],"data_offsets":[0,4]}"#),
            "its header makes it 66 bytes long, and it has 70",
        ),
        (
            tensor(
                r#"{"dtype":"U8","shape":[1],"data_offsets":[18446744073709551614,18446744073709551615]}"#,
            ),
            "tensor `w`: its data_offsets 18446744073709551614 to 18446744073709551615 are too large",
        ),
        (
            safetensors(
                r#"{"w":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"w":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
                8,
            ),
            "the header is not what .safetensors has: tensor `w` is there twice at line 1 column 56",
        ),
        (
            safetensors(
                r#"{"v":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"w":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}"#,
                8,
            ),
            "tensor `w`: overlaps another: it begins at byte 0 of the data, and 8 was next",
        ),
    ] {
        let dir = Dir::new();
        let path = dir.write("model", &file);
        let error = SafeTensors::open(&path).unwrap_err().to_string();
        assert_eq!(error, format!("{}: {message}", path.display()));
    }
}

#[test]
fn what_is_wrong_with_an_npy_file_is_said() {
    let with = |from: &str, to: &str| npy(&ARRAY.replace(from, to), 24);
    for (file, message) in [
        (
            b"PK\x03\x04".to_vec(),
            "is no .npy file: it does not begin with \\x93NUMPY",
        ),
        (b"\x93NUMPY\x01\x00".to_vec(), "ends within its header"),
        (
            b"\x93NUMPY\x01\x00\xff\xff{".to_vec(),
            "ends within its header",
        ),
        (
            b"\x93NUMPY\x02\x00\xff\xff\xff\xff".to_vec(),
            "its header should have 4294967295 bytes: no array needs more than 1048576",
        ),
        (
            b"\x93NUMPY\x04\x00\xff\xff\xff\xff".to_vec(),
            "is of version 4 of the .npy format, and 1 to 3 are known",
        ),
        (with("<f4", ">f4"), "its elements are big-endian (`>f4`)"),
        (
            with("<f4", "|O"),
            "its elements are `|O`, no numbers known here",
        ),
        (
            with("<f4", "<V2"),
            "its elements are `<V2`, which does not say what they are: NumPy has no bfloat16 and no 8-bit floats",
        ),
        (
            with("False", "True"),
            "its columns are stored one after the other (fortran_order)",
        ),
        (
            with("(2, 3)", "(2, 4)"),
            "<f4 [2, 4] takes 32 bytes of data, and it has 24",
        ),
        (
            with("(2, 3)", "(4294967296, 4294967296)"),
            "<f4 [4294967296, 4294967296] takes more than any file has bytes of data, and it has 24",
        ),
        (
            with("(2, 3)", "(2, -3)"),
            "its header is not what NumPy writes for an array of numbers: `{'descr': '<f4', 'fortran_order': False, 'shape': (2, -3), }`",
        ),
        (
            npy(
                "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }",
                8,
            ),
            "its header is not what NumPy writes for an array of numbers: `{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,), }`",
        ),
    ] {
        let dir = Dir::new();
        let path = dir.write("array", &file);
        let error = Npy::open(&path, None).unwrap_err().to_string();
        assert_eq!(error, format!("{}: {message}", path.display()));
    }
}

#[test]
fn elements_without_a_type_are_what_is_said_of_them() {
    let dir = Dir::new();
    let file = npy(&ARRAY.replace("<f4", "|V2"), 12);
    let path = dir.write("array", &file);
    let array = Npy::open(&path, Some(Dtype::Bf16)).unwrap();
    assert_eq!(array.tensor().dtype, Dtype::Bf16);
    assert!(Npy::open(&path, Some(Dtype::F8E4M3)).is_err());
    // A row or a column is in either order.
    let row = npy(
        &ARRAY.replace("False", "True").replace("(2, 3)", "(1, 6)"),
        24,
    );
    assert!(Npy::open(dir.write("row", &row), None).is_ok());
}

#[test]
fn damaged_files_are_refused_or_read_but_never_panic() {
    let mut random = random(11);
    let dir = Dir::new();
    let files = [safetensors(TENSORS, 16), npy(ARRAY, 24)];
    for (i, whole) in files.iter().enumerate() {
        let opens = |bytes: &[u8]| {
            let path = dir.write("damaged", bytes);
            match i {
                0 => SafeTensors::open(&path).is_ok(),
                _ => Npy::open(&path, None).is_ok(),
            }
        };
        assert!(opens(whole));
        for end in 0..whole.len() {
            assert!(!opens(&whole[..end]), "cut to {end} bytes");
        }
        for _ in 0..2000 {
            let mut damaged = whole.clone();
            for _ in 0..=random(3) {
                let at = random(damaged.len());
                damaged[at] = random(256) as u8;
            }
            opens(&damaged);
        }
    }
}
