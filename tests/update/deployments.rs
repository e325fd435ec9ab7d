//! A site of each deployment lives with its tree for a while, then version 2 of the blueprint arrives, and one update brings it.
//!
//! What the site edits and what the blueprint publishes stands in `fixtures/update/stories/NAME/story.yaml`, each with what must be there afterwards; the whole tree is in
//! `expected` beside it. So a tree that was accepted in error cannot hide a loss.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::commit;
use crate::environment::{Environment, files};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    blueprint: String,
    /// Components that lie beside the blueprint, so that they can change with it.
    #[serde(default)]
    components: Vec<String>,
    example: String,
    engine: String,
    /// The directory of the instance.
    site: String,
    edits: Vec<Step>,
    publish: Vec<Step>,
}

/// A change to one file, or to every file of the blueprint, and what the instance holds for it after the update.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    what: String,
    file: Option<String>,
    from: Option<String>,
    to: Option<String>,
    everywhere: Option<String>,
    becomes: Option<String>,
    write: Option<String>,
    #[serde(default)]
    delete: bool,
    /// Whether every column counts twice.
    #[serde(default)]
    indent: bool,
    /// The file of the instance to look into; that of an edit by default.
    #[serde(rename = "in")]
    place: Option<String>,
    kept: Option<String>,
    brings: Option<String>,
    ends: Option<String>,
}

impl Step {
    fn apply(&self, folder: &Path) {
        if let (Some(from), Some(to)) = (&self.everywhere, &self.becomes) {
            let mut found = false;
            for (path, content) in files(folder) {
                let text = String::from_utf8(content).expect("text");
                if !path.starts_with("tests") && text.contains(from.as_str()) {
                    found = true;
                    fs::write(folder.join(path), text.replace(from.as_str(), to)).expect("can be written");
                }
            }
            assert!(found, "{}: nothing holds {from:?}", self.what);
        }
        let Some(file) = &self.file else { return };
        let path = folder.join(file);
        let read = || fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        match (&self.write, &self.from, &self.to) {
            (Some(text), ..) => {
                fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
                fs::write(&path, text).expect("can be written");
            }
            _ if self.delete => fs::remove_file(&path).expect("is there"),
            _ if self.indent => fs::write(&path, wide(&read())).expect("can be written"),
            (_, Some(from), Some(to)) => {
                let text = read();
                assert!(text.contains(from.as_str()), "{}: {file} has no {from:?}:\n{text}", self.what);
                fs::write(&path, text.replacen(from.as_str(), to, 1)).expect("can be written");
            }
            _ => panic!("{}: what is to be done with {file}?", self.what),
        }
    }

    fn check(&self, tree: &BTreeMap<PathBuf, String>) {
        let Some(place) = self.place.as_ref().or(self.file.as_ref()) else { return };
        let text = tree.get(Path::new(place));
        assert!(!self.delete || text.is_none(), "{}: {place} is back", self.what);
        for wanted in self.kept.iter().chain(&self.brings) {
            assert!(
                text.is_some_and(|text| text.contains(wanted.as_str())),
                "{}: {place} has no {wanted:?}:\n{}",
                self.what,
                text.map_or("(no file)", String::as_str)
            );
        }
        if let Some(unwanted) = &self.ends {
            let text = text.expect("a file");
            assert!(!text.contains(unwanted.as_str()), "{}: {place} still has {unwanted:?}:\n{text}", self.what);
        }
    }
}

/// A text of YAML with every column counted twice.
pub(super) fn wide(text: &str) -> String {
    let line = |line: &str| {
        let content = line.trim_start();
        let content = content.strip_prefix("- ").map_or_else(|| content.to_owned(), |item| format!("-   {item}"));
        format!("{}{content}\n", " ".repeat(2 * (line.len() - line.trim_start().len())))
    };
    text.lines().map(line).collect()
}

fn copy(from: &Path, to: &Path) {
    for (path, content) in files(from) {
        let path = to.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
        fs::write(path, content).expect("can be written");
    }
}

fn tree(folder: &Path) -> BTreeMap<PathBuf, String> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    let mut tree: BTreeMap<PathBuf, String> =
        files(folder).into_iter().map(|(path, bytes)| (path, text(bytes))).collect();
    tree.retain(|path, _| path.as_os_str() != "treewright.lock");
    tree
}

fn tell(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let home = root.join("fixtures/update/stories").join(name);
    let text = fs::read_to_string(home.join("story.yaml")).expect("a story");
    let story: Story = serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));

    let environment = Environment::new();
    environment.git(&["init", "--quiet"]);
    let blueprints = environment.work().join("blueprints");
    let own = blueprints.join(&story.blueprint);
    copy(&root.join("blueprints").join(&story.blueprint), &own);
    for component in &story.components {
        let path = Path::new("components").join(component);
        copy(&root.join("blueprints").join(&path), &blueprints.join(path));
    }
    commit(&environment, "Begin");
    let new = ["new", &story.blueprint, "site", "--example", &story.example, "--engine", &story.engine, "--commit"];
    let run = environment.treewright(&new);
    assert_eq!(run.code, 0, "{name}: {}", run.stderr);

    let site = environment.work().join(&story.site);
    story.edits.iter().for_each(|step| step.apply(&site));
    commit(&environment, "Live with it");
    story.publish.iter().for_each(|step| step.apply(&own));
    commit(&environment, "Publish version 2");

    let update = environment.treewright(&["update", "site", "--commit"]);
    assert_eq!(update.code, 0, "{name}: {}{}", update.stdout, update.stderr);
    let after = tree(&site);
    for step in story.edits.iter().chain(&story.publish) {
        step.check(&after);
    }
    let expected = home.join("expected");
    if std::env::var_os("TREEWRIGHT_BLESS").is_some() {
        let _ = fs::remove_dir_all(&expected);
        for (path, text) in &after {
            let path = expected.join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("can be made");
            fs::write(path, text).expect("can be written");
        }
    }
    let expected = tree(&expected);
    for (path, text) in &expected {
        assert_eq!(after.get(path), Some(text), "{name}: {}", path.display());
    }
    assert_eq!(after.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>(), "{name}");

    assert_eq!(environment.git(&["status", "--short"]), "", "{name}");
    let again = environment.treewright(&["update"]);
    assert_eq!((again.code, again.stdout.as_str()), (0, "1 instance is up to date\n"), "{name}: {}", again.stderr);
}

#[test]
fn the_espsrc_site_keeps_its_edits() {
    tell("espsrc");
}

#[test]
fn the_espsrc_site_with_argo_cd_keeps_its_edits() {
    tell("espsrc-argocd");
}

#[test]
fn the_hub_of_an_hpc_cluster_keeps_its_edits() {
    tell("firecrest");
}

#[test]
fn the_hub_on_magnum_keeps_its_edits() {
    tell("magnum");
}

#[test]
fn plain_manifests_keep_their_edits() {
    tell("manifests");
}

#[test]
fn the_course_with_its_components_keeps_its_edits() {
    tell("gpu");
}
