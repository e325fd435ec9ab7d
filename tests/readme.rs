//! The README says what the program does: its trees are the fixtures, its commands are run, what it shows is what comes out.

use std::{fs, path::Path};

use super::environment::{Environment, files};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fenced block: the words behind its fence, and its text.
struct Block {
    info: String,
    text: String,
}

fn blocks() -> Vec<Block> {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut blocks = Vec::new();
    let mut lines = readme.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
        blocks.push(Block { info: info.to_owned(), text: text.join("\n") + "\n" });
    }
    blocks
}

/// The work folder holds the broken tree of the first screen, the checkout is its neighbour.
fn environment() -> Environment {
    let environment = Environment::new();
    for (path, content) in files(&root().join("fixtures/repos/readme")) {
        environment.write(&path.to_string_lossy(), &String::from_utf8(content).expect("UTF-8"));
    }
    fs::create_dir(environment.work().join("../checkout")).expect("can be made");
    environment
}

#[test]
fn the_files_of_the_first_screen_are_the_fixture() {
    let shown: Vec<Block> =
        blocks().into_iter().filter(|block| block.info.starts_with("yaml apps/jupyterhub/")).collect();
    assert_eq!(shown.len(), 2);
    for block in shown {
        let path = block.info.trim_start_matches("yaml ");
        let fixture = fs::read_to_string(root().join("fixtures/repos/readme").join(path)).expect(path);
        // Long files may leave lines out, but those shown are the fixture's, in order.
        let mut lines = fixture.lines();
        for line in block.text.lines().filter(|line| *line != "# …") {
            assert!(lines.any(|fixture| fixture == line), "{path}: {line:?} is not in the fixture");
        }
    }
}

#[test]
fn every_command_block_gives_what_it_shows() {
    let environment = environment();
    let mut run = 0;
    for block in blocks().into_iter().filter(|block| block.info == "console") {
        let mut shown = block.text.lines().peekable();
        while let Some(line) = shown.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("{line:?} is no command"));
            let mut expected = Vec::new();
            while let Some(output) = shown.next_if(|line| !line.starts_with("$ ")) {
                expected.push(output);
            }
            check(&environment, command, &expected);
            run += 1;
        }
    }
    assert!(run > 8, "only {run} commands were found");
}

/// Runs one command and compares everything it prints with what the README shows; no lines shown means that the output is left out there.
fn check(environment: &Environment, command: &str, expected: &[&str]) {
    let words: Vec<&str> = command.split_whitespace().collect();
    let run = match words.as_slice() {
        // These tests are what that command runs.
        ["cargo", "test"] | ["cargo", "install", ..] => return,
        ["cargo", "run", "--release", "--", arguments @ ..] => environment.treewright_in("../checkout", arguments),
        ["treewright", arguments @ ..] => environment.treewright(arguments),
        _ => panic!("the README has a command that nobody runs: {command}"),
    };
    assert_ne!(run.code, 2, "{command}: {}", run.stderr);
    if expected.is_empty() {
        return;
    }
    let found = format!("{}{}", run.stdout, run.stderr);
    let found: Vec<&str> = found.lines().collect();
    let same =
        found.len() == expected.len() && found.iter().zip(expected).all(|(found, expected)| line_is(found, expected));
    assert!(same, "{command} prints\n{}\nbut the README shows\n{}", found.join("\n"), expected.join("\n"));
}

/// Whether a line is the one shown, apart from times and commit ids.
fn line_is(found: &str, expected: &str) -> bool {
    let mask = |line: &str| {
        let line =
            regex::Regex::new(r"\((\d+ ms|\[TIME\])\)").expect("a pattern").replace_all(line, "(…)").into_owned();
        regex::Regex::new(r"Committed [0-9a-f]{10}").expect("a pattern").replace_all(&line, "Committed …").into_owned()
    };
    mask(found).trim_end() == mask(expected).trim_end()
}

#[test]
fn the_readme_names_every_command() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let missing: Vec<String> = treewright::cli::command()
        .get_subcommands()
        .map(|command| format!("`{}", command.get_name()))
        .filter(|name| !readme.contains(name.as_str()))
        .collect();
    assert!(missing.is_empty(), "the README does not name {missing:?}");
}
