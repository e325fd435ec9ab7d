//! Running hooks and signers: input in, output out, never the terminal.
//!
//! Must not know which programs there are.

use std::{
    io::{self, Write},
    process::{Command, Output, Stdio},
};

/// Runs a program to its end, with `input` on its standard input, and collects what it says.
pub(super) fn run(command: &mut Command, input: &[u8]) -> io::Result<Output> {
    let stdin = if input.is_empty() { Stdio::null() } else { Stdio::piped() };
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let pipe = child.stdin.take();
    std::thread::scope(|scope| {
        // Written beside the reading, or a program that answers before it has read everything would block both.
        let writer = scope.spawn(move || pipe.map_or(Ok(()), |mut pipe| pipe.write_all(input)));
        let output = child.wait_with_output();
        match writer.join() {
            // A program that does not read its input is no failure of ours; its exit code speaks for it.
            Ok(Err(error)) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
            _ => output,
        }
    })
}

/// Everything a program said, its errors last, without the final line break.
pub(super) fn words(output: &Output) -> String {
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    text.truncate(text.trim_end().len());
    text
}
