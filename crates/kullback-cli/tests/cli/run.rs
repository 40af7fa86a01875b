//! Running the binary.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    /// The run failed: exit code 2, no answer, and this on standard error.
    #[track_caller]
    pub(crate) fn failed_with(&self, stderr: &str) {
        assert_eq!(self.stderr, stderr);
        assert_eq!(self.stdout, "", "no partial answer");
        assert_eq!(self.code, 2);
    }

    /// The run gave an answer and nothing else.
    #[track_caller]
    pub(crate) fn answered(&self) -> &str {
        assert_eq!(self.stderr, "");
        assert_eq!(self.code, 0);
        &self.stdout
    }
}

/// A directory that goes with the test, in which the command runs.
pub(crate) struct Dir(tempfile::TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        std::fs::write(self.0.path().join(name), content).unwrap();
        self
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run_in(self.path(), args, &[], None)
    }
}

/// The root of the repository, where the examples are.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn run(args: &[&str]) -> Ran {
    run_in(&root(), args, &[], None)
}

pub(crate) fn run_in(
    directory: &Path,
    args: &[&str],
    environment: &[(&str, &str)],
    stdin: Option<&[u8]>,
) -> Ran {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kullback"))
        .args(args)
        .current_dir(directory)
        .env_remove("CLICOLOR_FORCE")
        .env_remove("NO_COLOR")
        .env_remove("RUST_BACKTRACE")
        .envs(environment.iter().copied())
        .stdin(match stdin {
            Some(_) => Stdio::piped(),
            None => Stdio::null(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let writer = child
        .stdin
        .take()
        .zip(stdin.map(<[u8]>::to_vec))
        .map(|(mut pipe, bytes)| {
            // A command that fails early closes its end.
            std::thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
    let output = child.wait_with_output().unwrap();
    if let Some(writer) = writer {
        writer.join().unwrap();
    }
    Ran {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
