//! `treewright trace` on small repositories: every command of a transcript is run in the repository beside it, and everything that it prints is compared.
//!
//! After `TREEWRIGHT_BLESS=1 cargo test trace` the transcripts hold what came out; read them.

use std::{fs, path::Path};

use super::environment::{Environment, files};

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/trace")
}

/// Runs the commands of a transcript in a copy of its repository and gives the transcript as it should be.
fn transcript(name: &str, written: &str) -> String {
    let environment = Environment::new();
    for (path, content) in files(&root().join(name)) {
        environment.write(&path.to_string_lossy(), &String::from_utf8(content).expect("UTF-8"));
    }
    environment.git(&["init", "-q"]);
    let mut out = String::new();
    for line in written.lines().filter(|line| line.starts_with("$ ")) {
        let arguments: Vec<&str> = line.trim_start_matches("$ treewright ").split_whitespace().collect();
        let run = environment.treewright(&arguments);
        out.push_str(&format!("{line}\n{}{}[{}]\n\n", run.stdout, run.stderr, run.code));
    }
    out.replace('\u{1b}', "␛")
}

#[test]
fn every_transcript_is_what_comes_out() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for entry in fs::read_dir(root()).expect("fixtures/trace") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "trace") {
            continue;
        }
        seen += 1;
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let written = fs::read_to_string(&path).expect("can be read");
        let found = transcript(&name, &written);
        if std::env::var_os("TREEWRIGHT_BLESS").is_some() {
            fs::write(&path, &found).expect("can be written");
        } else if found != written {
            wrong.push(format!("{name}:\n{}", similar::TextDiff::from_lines(&written, &found).unified_diff()));
        }
    }
    assert!(seen > 5, "only {seen} transcripts were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Lines hold the width that the terminal has, apart from names that are longer.
#[test]
fn no_line_of_a_tree_is_wider_than_the_terminal() {
    for entry in fs::read_dir(root()).expect("fixtures/trace") {
        let path = entry.expect("an entry").path();
        if path.extension().is_none_or(|extension| extension != "trace") {
            continue;
        }
        let text = fs::read_to_string(&path).expect("can be read");
        let long = text.lines().filter(|line| {
            !line.starts_with(['$', '#', ' ', 'e', 'h'])
                && !line.starts_with("not counted")
                && !line.contains('␛')
                && line.chars().count() > 80
        });
        assert_eq!(long.collect::<Vec<_>>(), Vec::<&str>::new(), "{}", path.display());
    }
}

/// The tree that the blueprint writes is whole: each of its secrets goes all the way from Vault to the chart.
#[test]
fn the_secrets_of_the_bundled_blueprint_go_all_the_way() {
    for (answers, secret, count) in [("notebook", "secret/jupyterhub-secrets", 3), ("lab", "secret/lab-hub-secrets", 5)]
    {
        let environment = Environment::new();
        let run =
            environment.treewright(&["new", "jupyterhub-espsrc", "hub", "--init", "--example", answers, "--commit"]);
        assert_eq!(run.code, 0, "{}", run.stderr);
        let run = environment.treewright(&["trace", secret, "--format", "json"]);
        assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
        let document: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
        let roots = document["roots"].as_array().expect("roots");
        assert_eq!(roots.len(), count, "{}", run.stdout);
        for root in roots {
            let mut hops = Vec::new();
            let mut at = root;
            loop {
                hops.push(at["hop"].as_str().expect("a hop"));
                assert!(at["below"].as_array().expect("below").len() <= 1, "{}", run.stdout);
                match at["below"].get(0) {
                    Some(next) => at = next,
                    None => break,
                }
            }
            assert_eq!(hops, ["entry", "maker", "data", "use", "chart"], "{root:#}");
        }
    }
}
