//! The tests inside of a blueprint: answers, and the tree expected from them.
//!
//! Must not know where blueprints come from.

use std::{collections::BTreeMap, fmt::Write as _};

use similar::TextDiff;

use super::{
    Blueprint, Problems,
    manifest::Engine,
    parameters::{Answers, Facts},
    placement, render,
};
use crate::{change::ChangeSet, path::RepoPath, source::Memory};

/// One test of a blueprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// Its name, which is that of the instance.
    pub name: String,
    /// The engine.
    pub engine: Engine,
}

impl Case {
    /// Where its expected tree lies in the blueprint's folder.
    fn root(&self) -> RepoPath {
        let root = RepoPath::new(&format!("tests/{}/{}", self.name, self.engine.as_str()));
        root.unwrap_or_else(|_| RepoPath::root())
    }
}

/// How a test ended when it did not pass.
#[derive(Clone, Debug)]
pub enum CaseFailure {
    /// The blueprint gives no tree.
    Refused(Problems),
    /// The tree differs: a unified diff from the expected to the present one.
    Differs(String),
}

impl Blueprint {
    /// The tests of a blueprint: `tests/<case>/<engine>/` beside `tests/<case>/answers.yaml`.
    pub fn cases(&self) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for path in self.folder.paths() {
            let mut parts = path.components();
            let (Some("tests"), Some(name), Some(engine)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            let Some(engine) = Engine::from_word(engine) else { continue };
            let case = Case { name: name.to_owned(), engine };
            if !cases.contains(&case) {
                cases.push(case);
            }
        }
        cases
    }

    /// The tree that a test gives, by path from the root of a repository, without the lock.
    pub fn case_tree(&self, case: &Case) -> Result<BTreeMap<RepoPath, String>, Problems> {
        let answers = match RepoPath::new(&format!("tests/{}/answers.yaml", case.name)) {
            Ok(path) => match self.folder.text(&path) {
                Some(text) => Answers::from_file(&self.folder.place(&path), text)?,
                None => Answers::new(),
            },
            Err(_) => Answers::new(),
        };
        let facts = Facts { instance: case.name.clone(), engine: case.engine, path: None };
        let mut answers = answers;
        if case.engine == Engine::ArgoCd && answers.get(&["gitops", "repository"]).is_none() {
            // A test is about the blueprint; what only the engine has to be told need not be answered in it.
            answers.insert(&["gitops", "repository"], "https://git.example.org/group/tree.git".into());
        }
        let instance = render(self, &answers, &facts)?;
        let empty = Memory::new();
        let mut tree = BTreeMap::new();
        for (path, text) in &instance.files {
            tree.insert(instance.layout().place(path), text.clone());
        }
        for registration in placement::register(&empty, &instance.path, &instance.root).unwrap_or_default() {
            tree.insert(registration.path, registration.text);
        }
        Ok(tree)
    }

    /// The changes to the blueprint's folder that make the tree of now the expected one.
    pub fn accepted(&self, case: &Case) -> Result<ChangeSet, Problems> {
        let found = self.case_tree(case)?;
        let root = case.root();
        let mut changes = ChangeSet::new();
        for path in self.folder.paths().filter(|path| path.is_under(&root)) {
            if !found.keys().any(|kept| root.join(kept.as_str()).as_ref() == Ok(path)) {
                changes.remove(path.clone());
            }
        }
        for (path, text) in found {
            if let Ok(path) = root.join(path.as_str()) {
                changes.write(path, text);
            }
        }
        Ok(changes)
    }

    /// Runs a test.
    pub fn run_case(&self, case: &Case) -> Result<(), CaseFailure> {
        let found = self.case_tree(case).map_err(CaseFailure::Refused)?;
        let root = case.root();
        let mut expected = BTreeMap::new();
        for path in self.folder.paths().filter(|path| path.is_under(&root)) {
            let text = self.folder.text(path).map(|text| text.as_str().to_owned()).unwrap_or_default();
            if let Ok(path) = RepoPath::new(&path.relative_to(&root)) {
                expected.insert(path, text);
            }
        }
        let diff = difference(&expected, &found);
        if diff.is_empty() { Ok(()) } else { Err(CaseFailure::Differs(diff)) }
    }
}

/// A unified diff of two trees; empty if they are the same.
fn difference(expected: &BTreeMap<RepoPath, String>, found: &BTreeMap<RepoPath, String>) -> String {
    let mut diff = String::new();
    let mut paths: Vec<&RepoPath> = expected.keys().chain(found.keys()).collect();
    paths.sort();
    paths.dedup();
    for path in paths {
        match (expected.get(path), found.get(path)) {
            (Some(left), Some(right)) if left == right => {}
            (left, right) => {
                let (left, right) = (left.map_or("", String::as_str), right.map_or("", String::as_str));
                let file = TextDiff::from_lines(left, right);
                let header = (format!("expected/{path}"), format!("found/{path}"));
                let _ = write!(diff, "{}", file.unified_diff().header(&header.0, &header.1));
            }
        }
    }
    diff
}
