//! `adopt`: answers for a tree that is there already, found by comparing it with what the blueprint writes.
//!
//! A choice is tried each way. A text is found by writing a word of our own in its place: where the word comes out, the tree holds the answer; a list by writing two items of
//! such words. An answer is taken only if the blueprint then writes more of what is there. Must not know where the lock is written.

mod lists;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use super::{align::Texts, files, texts, tree::is_same};
use crate::{
    blueprint::{
        Blueprint, Instance, Layout, Locked, Problems,
        manifest::Engine,
        parameters::{Answers, Facts, Question, QuestionKind, lay_over},
        render,
    },
    path::RepoPath,
    source::{SourceError, SourceView},
    text::SourceText,
    yaml::{Kind, Node, Stream},
};

/// What is to be taken in.
#[derive(Clone, Copy)]
pub struct Tree<'a> {
    /// The repository.
    pub view: &'a dyn SourceView,
    /// The directory of the tree.
    pub path: &'a RepoPath,
    /// The directories of instances, whose files are none of this tree's.
    pub others: &'a [RepoPath],
    /// The blueprint that it shall belong to.
    pub blueprint: &'a Blueprint,
    /// The name that the instance gets.
    pub name: &'a str,
    /// The engine.
    pub engine: Engine,
    /// Answers that are known.
    pub given: &'a Answers,
}

/// A tree under management.
#[derive(Clone, Debug)]
pub struct Adoption {
    /// What the blueprint writes with the answers found.
    pub instance: Instance,
    /// What the lock says: the tree stays as it is, and what the blueprint writes is its base.
    pub locked: Locked,
    /// How many of the blueprint's values the tree has.
    pub agreeing: usize,
    /// How many values the blueprint writes.
    pub values: usize,
    /// Files that are there in another form.
    pub differing: Vec<RepoPath>,
    /// Files of the blueprint that are not there.
    pub missing: Vec<RepoPath>,
    /// Files that the blueprint does not write.
    pub own: Vec<RepoPath>,
}

impl Adoption {
    /// Whether the tree is one of the blueprint's: most of what it writes is there.
    pub fn fits(&self) -> bool {
        2 * self.agreeing >= self.values && self.values > 0
    }
}

/// Why a tree cannot be taken in.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// There are no files.
    #[error("there are no files in `{0}`")]
    Empty(RepoPath),
    /// No answers were found for which the blueprint gives a tree.
    #[error("{0}")]
    Refused(Problems),
    /// The view does not answer.
    #[error(transparent)]
    Source(#[from] SourceError),
}

/// Finds answers for a tree.
pub fn adopt(tree: Tree<'_>) -> Result<Adoption, AdoptError> {
    let layout = Layout { path: tree.path.clone(), root: tree.path.clone(), clusters: Vec::new() };
    let present = files(tree.view, &layout, tree.others)?;
    if present.is_empty() {
        return Err(AdoptError::Empty(tree.path.clone()));
    }
    let there = texts(&present);
    let facts = Facts { instance: tree.name.to_owned(), engine: tree.engine, path: Some(tree.path.clone()) };
    let mut search = Search { tree, facts, there: Content::of(&there), answers: tree.given.clone(), score: 0 };
    search.begin().map_err(AdoptError::Refused)?;
    search.run();
    let instance = render(tree.blueprint, &search.answers, &search.facts).map_err(AdoptError::Refused)?;
    let content = Content::of(&instance.files);
    let (mut differing, mut missing) = (Vec::new(), Vec::new());
    for (path, text) in &instance.files {
        match there.get(path) {
            Some(present) if is_same(path, present, text) => {}
            Some(_) => differing.push(path.clone()),
            None => missing.push(path.clone()),
        }
    }
    Ok(Adoption {
        locked: Locked { path: tree.path.clone(), ..Locked::of(&instance, tree.blueprint) },
        agreeing: content.agreeing(&search.there),
        values: content.size(),
        differing,
        missing,
        own: present.keys().filter(|path| !instance.files.contains_key(*path)).cloned().collect(),
        instance,
    })
}

struct Search<'a> {
    tree: Tree<'a>,
    facts: Facts,
    there: Content,
    answers: Answers,
    score: usize,
}

/// The word that no tree has.
const WORD: &str = "zqprobe";

/// Forms of the word that texts of many kinds allow.
const PROBES: [&str; 9] = [
    "zqprobe",
    "zqprobe.example.org",
    "https://zqprobe.example.org",
    "https://zqprobe.example.org/",
    "zqprobe@example.org",
    "/zqprobe/",
    "/zqprobe",
    "example.org/zqprobe:1",
    "zqprobe/zqprobe",
];

impl Search<'_> {
    /// Gives answers to what must be answered, so that there is a tree to compare with.
    fn begin(&mut self) -> Result<(), Problems> {
        let blueprint = self.tree.blueprint;
        for question in blueprint.questions(&self.answers, &self.facts) {
            if question.is_required && question.default.is_none() {
                let example = question.examples.first().or(question.choices.first()).cloned();
                let probe = || PROBES.iter().find_map(|probe| question.read(probe).ok());
                if let Some(value) = example.or_else(probe) {
                    self.answers = self.with(&question, value);
                }
            }
        }
        let mut refused = match self.try_answers(&self.answers) {
            Ok(score) => {
                self.score = score;
                return Ok(());
            }
            Err(problems) => problems,
        };
        // The answers that come with the blueprint's tests hold together.
        for name in blueprint.examples() {
            let Some(Ok(example)) = blueprint.example(&name) else { continue };
            let mut values = example.values().clone();
            lay_over(&mut values, self.tree.given.values());
            let answers = Answers::from_values(values);
            match self.try_answers(&answers) {
                Ok(score) => {
                    (self.answers, self.score) = (answers, score);
                    return Ok(());
                }
                Err(problems) => refused = problems,
            }
        }
        Err(refused)
    }

    /// Tries every question until no answer makes anything better.
    fn run(&mut self) {
        for _ in 0..3 {
            let before = self.score;
            // What `begin` made up is asked again, and so is what an example brought.
            let questions = self.tree.blueprint.questions(self.tree.given, &self.facts);
            let open = self.tree.blueprint.questions(&self.answers, &self.facts);
            let known: BTreeSet<Vec<String>> = questions.iter().map(|question| question.route.clone()).collect();
            let later = open.into_iter().filter(|question| !known.contains(&question.route));
            let all: Vec<Question> = questions.into_iter().chain(later).collect();
            for question in &all {
                self.answer(question);
            }
            if self.score == before {
                return;
            }
        }
    }

    fn answer(&mut self, question: &Question) {
        let candidates = match question.kind {
            QuestionKind::Choice => question.choices.clone(),
            QuestionKind::Bool => vec![Json::Bool(true), Json::Bool(false)],
            QuestionKind::Yaml => self.collections(question),
            QuestionKind::Text | QuestionKind::Integer | QuestionKind::Number => self.found(question),
        };
        for value in candidates {
            let answers = self.with(question, value);
            if let Ok(score) = self.try_answers(&answers)
                && score > self.score
            {
                (self.answers, self.score) = (answers, score);
            }
        }
        if question.kind == QuestionKind::Yaml {
            self.switches(question);
        }
    }

    /// What the tree holds where an answer to the question comes out.
    fn found(&self, question: &Question) -> Vec<Json> {
        let probes: Vec<(String, Json)> = if question.kind == QuestionKind::Text {
            PROBES.iter().filter_map(|probe| Some(((*probe).to_owned(), question.read(probe).ok()?))).collect()
        } else {
            NUMBERS.iter().filter_map(|probe| Some(((*probe).to_owned(), question.read(probe).ok()?))).collect()
        };
        for (probe, value) in probes {
            let answers = self.with(question, value);
            let Ok(instance) = render(self.tree.blueprint, &answers, &self.facts) else { continue };
            let mut votes: BTreeMap<String, usize> = BTreeMap::new();
            for candidate in Content::of(&instance.files).places_of(&probe, &self.there) {
                *votes.entry(candidate).or_default() += 1;
            }
            let mut ranked: Vec<(String, usize)> = votes.into_iter().collect();
            ranked.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            let readable = ranked.into_iter().filter_map(|(text, _)| question.read(&text).ok());
            return readable.take(3).collect();
        }
        Vec::new()
    }

    fn with(&self, question: &Question, value: Json) -> Answers {
        let mut answers = self.answers.clone();
        let route: Vec<&str> = question.route.iter().map(String::as_str).collect();
        answers.insert(&route, value);
        answers
    }

    fn try_answers(&self, answers: &Answers) -> Result<usize, Problems> {
        let instance = render(self.tree.blueprint, answers, &self.facts)?;
        let content = Content::of(&instance.files);
        // What agrees counts, and what is written and not there counts against it.
        Ok((2 * content.agreeing(&self.there) + MANY).saturating_sub(content.size()))
    }
}

/// Numbers that no tree is likely to have.
const NUMBERS: [&str; 6] = ["31979", "7919", "97", "0.97", "7", "1"];

/// More than any tree has values.
const MANY: usize = 1_000_000;

/// What a tree holds: the scalars of its YAML by their place, and the lines of its other files.
#[derive(Clone, Debug, Default)]
struct Content {
    scalars: BTreeMap<String, String>,
    lines: BTreeMap<RepoPath, BTreeSet<String>>,
}

impl Content {
    fn of(texts: &Texts) -> Self {
        let mut content = Self::default();
        for (path, text) in texts {
            let stream = matches!(path.extension(), Some("yaml" | "yml"))
                .then(|| Stream::parse(SourceText::new(text.as_str())).ok())
                .flatten();
            if let Some(stream) = stream {
                for (index, document) in stream.documents().enumerate() {
                    content.collect(&format!("{path}#{index}"), document.root());
                }
            } else {
                let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
                content.lines.insert(path.clone(), lines.map(str::to_owned).collect());
            }
        }
        content
    }

    fn collect(&mut self, place: &str, node: Node<'_>) {
        match node.kind() {
            _ if node.is_alias() => {}
            Kind::Mapping => {
                for entry in node.entries() {
                    self.collect(&format!("{place}/{}", entry.key.text().unwrap_or_default()), entry.value);
                }
            }
            Kind::Sequence => {
                for (index, item) in node.items().enumerate() {
                    let name = item.get("name").or_else(|| item.get("secretKey")).and_then(Node::text);
                    let place = name.map_or_else(|| format!("{place}/{index}"), |name| format!("{place}/={name}"));
                    self.collect(&place, item);
                }
            }
            Kind::Scalar => {
                let text = node.text().unwrap_or_default();
                let inner = text.contains('\n').then(|| Stream::parse(SourceText::new(text)).ok()).flatten();
                let root = inner.as_ref().and_then(|inner| Some(inner.documents().next()?.root()));
                match root.filter(|root| root.is_mapping()) {
                    Some(root) => self.collect(place, root),
                    None => drop(self.scalars.insert(place.to_owned(), text.to_owned())),
                }
            }
        }
    }

    /// How much there is.
    fn size(&self) -> usize {
        self.scalars.len() + self.lines.values().map(BTreeSet::len).sum::<usize>()
    }

    /// How much of it another tree holds as well.
    fn agreeing(&self, other: &Self) -> usize {
        let scalars = self.scalars.iter().filter(|(place, text)| other.scalars.get(*place) == Some(text)).count();
        let lines = self
            .lines
            .iter()
            .map(|(path, lines)| other.lines.get(path).map_or(0, |other| lines.intersection(other).count()));
        scalars + lines.sum::<usize>()
    }

    /// What another tree holds where this one holds the probe.
    fn places_of(&self, probe: &str, other: &Self) -> Vec<String> {
        let is_word = probe.contains(WORD);
        let between = |text: &str, before: &str, after: &str| {
            let inner = text.strip_prefix(before)?.strip_suffix(after)?;
            (!inner.is_empty()).then(|| inner.to_owned())
        };
        let mut found = Vec::new();
        for (place, text) in &self.scalars {
            let Some((before, after)) = text.split_once(probe).filter(|_| is_word || text == probe) else { continue };
            found.extend(other.scalars.get(place).and_then(|text| between(text, before, after)));
        }
        for (path, lines) in self.lines.iter().filter(|_| is_word) {
            let Some(others) = other.lines.get(path) else { continue };
            for line in lines {
                let Some((before, after)) =
                    line.split_once(probe).filter(|(before, after)| before.len() + after.len() >= 8)
                else {
                    continue;
                };
                found.extend(others.iter().filter_map(|text| between(text, before, after)));
            }
        }
        found
    }
}
