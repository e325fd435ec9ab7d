//! Taking times and printing them.

use std::{
    path::Path,
    process::{Command, Stdio},
    time::{Duration, Instant},
};

const ROUNDS: usize = 9;

/// The median time of some rounds, after one that does not count.
pub fn median<T>(work: impl FnMut() -> T) -> Duration {
    median_of(ROUNDS, work)
}

/// The median time of a number of rounds, after one that does not count.
pub fn median_of<T>(rounds: usize, mut work: impl FnMut() -> T) -> Duration {
    std::hint::black_box(work());
    let mut times: Vec<Duration> = (0..rounds.max(1)).map(|_| once(&mut work)).collect();
    times.sort();
    times[times.len() / 2]
}

/// The time of one call.
pub fn once<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

/// Runs a program to its end, its output dropped.
pub fn run(program: &str, arguments: &[&str], directory: &Path) {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(directory).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().expect("the program can be run");
}

/// The most memory that a program takes, in bytes, as GNU time tells it; `None` where that is not installed.
pub fn peak_memory(program: &str, arguments: &[&str], directory: &Path) -> Option<usize> {
    let mut command = Command::new("/usr/bin/time");
    let output = command.args(["-f", "peak %M", program]).args(arguments).current_dir(directory).output().ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let kilobytes: usize = said.lines().rev().find_map(|line| line.strip_prefix("peak "))?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// Whether kubectl can be run.
pub fn has_kubectl() -> bool {
    Command::new("kubectl").args(["version", "--client"]).output().is_ok()
}

/// Prints one figure.
pub fn line(what: &str, time: Duration, more: &str) {
    println!("  {what:34} {:10.2} ms   {more}", time.as_secs_f64() * 1e3);
}

/// How many times `to` goes into `time`.
pub fn ratio(time: Duration, to: Duration) -> f64 {
    time.as_secs_f64() / to.as_secs_f64()
}

/// Bytes as megabytes.
#[expect(clippy::cast_precision_loss, reason = "for printing")]
pub fn mega(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}
