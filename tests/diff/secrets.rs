//! No output shows a secret, wherever it stands.

use std::{collections::BTreeSet, fmt::Write as _};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use regex::Regex;

use super::{Change, shown};
use crate::environment::Environment;

/// Every marker begins so.
const MARK: &str = "xq7marker";

/// The places, with what stands there.
const PLACES: &str = include_str!("secrets.md");

/// A secret of its own for each place, before and after the change.
fn planted(place: &str, side: &str) -> String {
    format!("{MARK}{place}{side}0000")
}

/// What stands behind base64 at a place: the secret, or a key in PEM form with it.
fn encoded(place: &str, side: &str) -> String {
    let secret = planted(place, side);
    let text = if place == "key" {
        format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", secret.repeat(4))
    } else {
        secret
    };
    STANDARD.encode(text)
}

/// The places of a text.
fn places() -> impl Iterator<Item = (bool, &'static str, &'static str)> {
    static PATTERN: std::sync::LazyLock<Regex> =
        std::sync::LazyLock::new(|| Regex::new(r"\{(base64 )?([a-z0-9]+)\}").expect("a pattern"));
    PATTERN.captures_iter(PLACES.split_once("\n\n").map_or("", |(_, places)| places)).map(|found| {
        let place = found.get(2).map_or("", |place| place.as_str());
        (found.get(1).is_some(), place, found.get(0).map_or("", |whole| whole.as_str()))
    })
}

/// The blocks of a repository with a secret in every kind of place; those of one side.
fn repository(side: &str) -> String {
    let mut text = PLACES.replace("SIDE", side);
    for (is_encoded, place, whole) in places() {
        text = text.replace(whole, &if is_encoded { encoded(place, side) } else { planted(place, side) });
    }
    let mut out = String::new();
    for block in text.split("\n```").skip(1).step_by(2).filter(|block| block.starts_with(&format!("yaml {side} "))) {
        let _ = write!(out, "\n```{block}\n```\n");
    }
    out
}

/// Asserts that a text shows none of the secrets, in clear or behind base64.
fn shows_none(name: &str, text: &str) {
    let encoded = STANDARD.encode(format!("{MARK}a"));
    let pem = STANDARD.encode("-----BEGIN PRIVATE KEY");
    for mark in [MARK, &encoded[..10], &pem[..20]] {
        let lines: Vec<&str> = text.lines().filter(|line| line.contains(mark)).collect();
        assert_eq!(lines, Vec::<&str>::new(), "{name} shows secrets");
    }
}

#[test]
fn no_format_shows_a_secret() {
    for (first, second) in [("before", "after"), ("after", "before")] {
        let text = repository("before") + &repository("after");
        let mut change = Change::of(&text);
        if first == "after" {
            std::mem::swap(&mut change.before, &mut change.after);
        }
        let diff = change.diff();
        let text = treewright::report::TextOptions { colour: true, width: 80 };
        let whole = treewright::report::diff_text(&diff, treewright::report::DiffTextOptions { text, whole: true });
        let debug = format!("{diff:?}");
        for (name, text) in shown(&diff).into_iter().chain([("whole", whole), ("debug", debug)]) {
            shows_none(&format!("{name}, {first} to {second},"), &text);
            assert!(text.contains("(secret "), "{name} says that secrets change");
        }
    }
}

/// Places of which a part of a longer text is hidden, or of which nothing is shown at all: kustomize and Flux work on them, and Helm takes them in.
const NOT_BY_THEMSELVES: &[&str] = &[
    "applied",
    "binary",
    "broken",
    "config",
    "connection",
    "docker",
    "embedded",
    "embeddedpatch",
    "fluxmerge",
    "fluxpatch",
    "fromsecret",
    "key",
    "pem",
    "pemblock",
    "postrenderer",
    "slack",
    "sops",
    "sopsmac",
    "wrong",
];

/// So that the test above tests anything: what is hidden at each place is that secret, on both sides.
#[test]
fn each_secret_is_shown_as_its_hash() {
    let key = treewright::manifest::HashKey::new(b"test");
    let diff = Change::of(&(repository("before") + &repository("after"))).diff();
    let json = treewright::report::diff_json(&diff);
    let mut missing = BTreeSet::new();
    for (is_encoded, place, _) in places().filter(|(_, place, _)| !NOT_BY_THEMSELVES.contains(place)) {
        for side in ["before", "after"] {
            let plain = (!is_encoded).then(|| planted(place, side));
            // Generated Secrets have theirs behind base64.
            let all = plain.into_iter().chain([encoded(place, side)]);
            if !all.into_iter().any(|secret| json.contains(&format!("(secret {})", key.short(&secret)))) {
                missing.insert((place, side));
            }
        }
    }
    assert_eq!(missing, BTreeSet::new());
}

/// The same through the command, with findings of the linter, and whatever it says beside the diff.
#[test]
fn no_output_of_the_command_shows_a_secret() {
    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    for side in ["before", "after"] {
        let text = repository(side);
        if side == "after" {
            environment.git(&["rm", "--quiet", "-r", "."]);
        }
        for (path, text) in super::COMMON {
            environment.write(path, text);
        }
        for block in text.split("\n```").skip(1).step_by(2) {
            let (head, content) = block.split_once('\n').expect("a fenced block has a first line");
            let path = head.rsplit(' ').next().expect("a path");
            environment.write(path, &format!("{content}\n"));
        }
        environment.git(&["add", "."]);
        environment.git(&["commit", "--quiet", "-m", side]);
    }
    for (base, head) in [("HEAD~1", "HEAD"), ("HEAD", "HEAD~1")] {
        for format in ["text", "json", "markdown", "html"] {
            let run = environment.treewright(&[
                "diff",
                base,
                head,
                "--lint",
                "--whole",
                "--unfold",
                "all",
                "--context",
                "100",
                "--format",
                format,
            ]);
            assert_eq!(run.code, 0, "{run:?}");
            shows_none(format, &run.stdout);
            shows_none(format, &run.stderr);
            assert!(run.stdout.contains("secret/"), "findings of the linter are among it: {}", run.stderr);
        }
    }
}

/// Equal secrets have equal hashes, others have others; another key gives other hashes.
#[test]
fn hashes_tell_secrets_apart() {
    use treewright::manifest::HashKey;
    let key = HashKey::new(b"one");
    assert_eq!(key.short("hunter2"), key.short("hunter2"));
    assert_ne!(key.short("hunter2"), key.short("hunter3"));
    assert_ne!(key.short("hunter2"), HashKey::new(b"two").short("hunter2"));
    assert_eq!(format!("{key:?}"), "HashKey");
}
