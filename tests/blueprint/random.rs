//! Answers that nobody thought of: they give a tree that lints clean, or a message that says what to answer otherwise; and texts never break out of their place.
//!
//! `TREEWRIGHT_ANSWERS` says how many answers are tried for each deployment and engine.

use std::{collections::BTreeSet, path::PathBuf};

use rayon::prelude::*;
use serde_json::{Map, Value as Json};
use treewright::{
    blueprint::{
        Blueprint, Engine, Instance, Problems,
        catalogue::{self, bundled, bundled_names, component_names},
        manifest::Parameter,
        parameters::{Answers, Facts, Question, QuestionKind, asked},
        render,
    },
    path::RepoPath,
    source::WorkTree,
    text::SourceText,
};

use crate::environment::Environment;

const TRIED: usize = 1;

const TEXTS: [&str; 30] = [
    "no",
    "0042",
    "1e3",
    "null",
    "~",
    "a: b # c",
    "\"quoted' \\",
    "it's",
    "'",
    "#x",
    "- [x, {y: z}]",
    "}{",
    "${HOME} $${x}",
    "{{ .Values.x }}",
    "[[ x ]]",
    "[% if %]",
    "[# x",
    "one\n  two\n",
    "a\n---\nb: c",
    "...",
    " blank ",
    "a\tb",
    "%d &a *b !t",
    "|",
    "> x",
    "`id` $(id)",
    "é 中",
    "a\\nb",
    "x=y,z",
    "\"\"\"",
];

const WORDS: [&str; 40] = [
    "a",
    "lab",
    "x-y",
    "example.org",
    "a.b.example.org",
    "example.org.",
    "https://a.example.org",
    "https://a.example.org/x/y",
    "http://vault.example.org:8200",
    "10.0.0.7",
    "192.0.2.0/24",
    "1h",
    "30s",
    "500m",
    "2",
    "1Gi",
    "10Gi",
    "512Mi",
    "1.5",
    "1G",
    "4.4.0",
    "3.3.8",
    "1.2.3",
    "v1.2.3",
    "ada",
    "admin@example.org",
    "/",
    "/a/b",
    "/hub/",
    "a/b",
    "m3.small",
    "quay.io/jupyter/minimal-notebook:2026-08-03",
    "registry.example.org:5000/a/b:1.0",
    "0 3 * * *",
    "key=value",
    "deadbeef-0000-1111-2222-333344445555",
    "read:org",
    "A_B",
    "sqlite:////x",
    "nvidia.com/gpu",
];

/// A die that falls the same way each time.
struct Die(u64);

impl Die {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % bound.max(1) as u64).expect("small")
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// A value of the shape of a schema; whether it is valid is for others to say.
    fn value(&mut self, schema: &Json) -> Json {
        if let Some(choices) = schema.get("enum").and_then(Json::as_array) {
            return self.pick(choices).clone();
        }
        match schema.get("type").and_then(Json::as_str) {
            Some("boolean") => Json::from(self.below(2) == 0),
            Some("integer") => Json::from(self.number(schema)),
            Some("number") => match self.below(2) {
                0 => Json::from(self.number(schema)),
                _ => serde_json::json!(0.25 * f64::from(u32::try_from(self.below(40)).expect("small"))),
            },
            Some("array") => {
                let items = schema.get("items").cloned().unwrap_or_default();
                (0..self.below(4)).map(|_| self.value(&items)).collect()
            }
            Some("object") => self.object(schema),
            _ => self.text(schema),
        }
    }

    fn number(&mut self, schema: &Json) -> i64 {
        let bound = |key: &str| schema.get(key).and_then(Json::as_i64);
        let low = bound("minimum").or(bound("exclusiveMinimum").map(|low| low + 1)).unwrap_or_default();
        let span = *self.pick(&[1, 3, 10, 10_000]);
        let high = bound("maximum").unwrap_or(low + span).max(low);
        low + i64::try_from(self.below(usize::try_from(high - low + 1).expect("positive"))).expect("small")
    }

    fn text(&mut self, schema: &Json) -> Json {
        let known = schema.get("examples").and_then(Json::as_array).filter(|_| self.below(3) == 0);
        if let Some(known) = known.filter(|known| !known.is_empty()) {
            return self.pick(known).clone();
        }
        let is_free = schema.get("pattern").is_none() && schema.get("format").is_none();
        Json::from(*if is_free && self.below(2) == 0 { self.pick(&TEXTS) } else { self.pick(&WORDS) })
    }

    fn object(&mut self, schema: &Json) -> Json {
        let mut entries = Map::new();
        let required = schema.get("required").and_then(Json::as_array).cloned().unwrap_or_default();
        for (name, property) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
            if required.iter().any(|one| one == name) || self.below(3) == 0 {
                entries.insert(name.clone(), self.value(property));
            }
        }
        if let Some(more) = schema.get("additionalProperties").filter(|more| more.is_object()) {
            for _ in 0..self.below(3) {
                let name = *self.pick(&["a", "b.c", "example.org/x"]);
                let value = self.value(more);
                entries.insert(name.to_owned(), value);
            }
        }
        Json::Object(entries)
    }
}

/// A site that follows no deployment, composed of what the others leave out.
const SIXTH: &str = "sixth-site";

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/blueprints")
}

fn blueprints() -> Vec<String> {
    bundled_names().into_iter().chain([SIXTH.to_owned()]).collect()
}

fn blueprint(name: &str) -> Blueprint {
    let read = || {
        let view = WorkTree::new(&fixtures()).expect("the fixtures");
        catalogue::read(&view, &RepoPath::new(name).expect("a path")).expect("readable")
    };
    bundled(name).unwrap_or_else(read).unwrap_or_else(|problems| panic!("{problems}"))
}

fn facts(engine: Engine) -> Facts {
    Facts { instance: "site".to_owned(), engine, path: None }
}

fn schema<'p>(parameters: &'p [Parameter], route: &[String]) -> Option<&'p Json> {
    let (first, rest) = route.split_first()?;
    let parameter = parameters.iter().find(|parameter| parameter.id.name == *first)?;
    if rest.is_empty() { Some(&parameter.schema) } else { schema(&parameter.properties, rest) }
}

/// A valid answer to a question; nothing if none was found.
fn valid(die: &mut Die, question: &Question, schema: &Json) -> Option<Json> {
    let is_text = matches!(question.kind, QuestionKind::Text | QuestionKind::Choice);
    (0..60).find_map(|_| {
        let value = die.value(schema);
        let typed = value.as_str().filter(|_| is_text).map_or_else(|| value.to_string(), str::to_owned);
        question.read(&typed).ok()
    })
}

/// Goes through the questions like a user with odd ideas: what is open is answered, what has a default sometimes.
fn answered(blueprint: &Blueprint, engine: Engine, start: Answers, die: &mut Die) -> Answers {
    let parameters = asked(blueprint, Some(engine));
    let rate = *die.pick(&[12, 24, 48]);
    let mut answers = start;
    let mut seen: BTreeSet<Vec<String>> = BTreeSet::new();
    loop {
        let count = seen.len();
        for question in blueprint.questions(&answers, &facts(engine)) {
            let is_needed = question.is_required && question.default.is_none();
            if !seen.insert(question.route.clone()) || !is_needed && die.below(rate) > 0 {
                continue;
            }
            let found = schema(&parameters, &question.route).and_then(|schema| valid(die, &question, schema));
            if let Some(value) = found {
                answers.insert(&question.route.iter().map(String::as_str).collect::<Vec<_>>(), value);
                // It may open and close other questions.
                break;
            }
        }
        if seen.len() == count {
            return answers;
        }
    }
}

/// Where the answers begin: with those of a site, or with none.
fn beginning(blueprint: &Blueprint, die: &mut Die) -> Answers {
    let examples = blueprint.examples();
    let example = if die.below(3) == 0 { None } else { examples.get(die.below(examples.len().max(1))) };
    let answers = example.and_then(|name| blueprint.example(name)).and_then(Result::ok);
    let mut values = answers.map(|answers| answers.values().clone()).unwrap_or_default();
    // What is about an engine belongs to the site's.
    values.remove("gitops");
    Answers::from_values(values)
}

fn names(parameters: &[Parameter], above: &str, names: &mut Vec<String>) {
    for parameter in parameters {
        let name = format!("{above}{}", parameter.id.name);
        names_in(&parameter.schema, &name, names);
        self::names(&parameter.properties, &format!("{name}."), names);
        names.push(name);
    }
}

/// The names of what is inside of lists.
fn names_in(schema: &Json, above: &str, names: &mut Vec<String>) {
    let items = schema.get("items").and_then(|items| items.get("properties")).and_then(Json::as_object);
    names.extend(items.into_iter().flatten().map(|(name, _)| format!("{above}.{name}")));
}

#[test]
fn odd_answers_give_a_clean_tree_or_a_message_that_names_them() {
    let tried = std::env::var("TREEWRIGHT_ANSWERS").ok().and_then(|text| text.parse().ok()).unwrap_or(TRIED);
    let mut runs = Vec::new();
    for (number, name) in blueprints().into_iter().enumerate() {
        for engine in [Engine::Flux, Engine::ArgoCd] {
            runs.extend((0..tried).map(|case| (name.clone(), engine, number * 1_000_003 + case)));
        }
    }
    let written: usize =
        runs.par_iter().map(|(name, engine, seed)| usize::from(is_written(name, *engine, *seed))).sum();
    assert!(written * 5 > runs.len(), "nearly all answers were refused: {written} of {} were not", runs.len());
}

fn is_written(name: &str, engine: Engine, seed: usize) -> bool {
    let blueprint = blueprint(name);
    let mut die = Die(u64::try_from(seed).expect("small") * 2 + u64::from(engine == Engine::ArgoCd));
    let start = beginning(&blueprint, &mut die);
    let answers = Json::Object(answered(&blueprint, engine, start, &mut die).values().clone());
    let environment = Environment::new();
    environment.write("../answers.yaml", &format!("{answers:#}\n"));
    let engine = engine.as_str();
    let folder = fixtures().join(name).to_string_lossy().into_owned();
    let named = if name == SIXTH { folder.as_str() } else { name };
    let arguments = ["new", named, "site", "--init", "--answers", "../answers.yaml", "--engine", engine, "--no-input"];
    let run = environment.treewright(&arguments);
    if run.code == 0 {
        return true;
    }
    assert_eq!(run.code, 2, "{name} {engine} {seed}: {}", run.stderr);
    let mut known = Vec::new();
    names(&asked(&blueprint, Engine::from_word(engine)), "", &mut known);
    let is_named =
        |text: &str| text.contains("[answers.yaml:") || known.iter().any(|name| text.contains(&format!("`{name}`")));
    let hint = run.stderr.lines().find(|line| line.starts_with("hint: mend the answers; what is shown"));
    if run.stderr.contains("would not lint clean") {
        assert!(hint.is_some(), "{name} {engine} {seed}:\n{}\n{answers:#}", run.stderr);
        return false;
    }
    let blocks: Vec<&str> = run.stderr.split("\n\n").filter(|block| block.contains("error[")).collect();
    assert!(!blocks.is_empty(), "{name} {engine} {seed}:\n{}\n{answers:#}", run.stderr);
    for block in blocks {
        assert!(is_named(block), "{name} {engine} {seed} names nothing:\n{block}\n{answers:#}");
    }
    false
}

/// The word that stands where a text will be.
const WORD: &str = "treewrightword";

fn rendered(blueprint: &Blueprint, engine: Engine, answers: &Answers) -> Result<Instance, Problems> {
    let path = RepoPath::new("answers.yaml").expect("a path");
    let text = serde_json::to_string_pretty(answers.values()).expect("JSON");
    let answers = Answers::from_file(&path, &SourceText::new(text))?;
    render(blueprint, &answers, &facts(engine))
}

#[test]
fn a_text_changes_nothing_but_the_places_where_it_stands() {
    let sites = blueprints().into_iter().flat_map(|name| {
        let engines = [Engine::Flux, Engine::ArgoCd];
        engines.map(|engine| (name.clone(), engine))
    });
    let sites: Vec<(String, Engine)> = sites.collect();
    let places: usize = sites.par_iter().map(|(name, engine)| places(name, *engine)).sum();
    assert!(places > 5, "only {places} places take any text");
}

/// Puts odd texts where a site's answers take any, and gives the number of such places.
fn places(name: &str, engine: Engine) -> usize {
    let blueprint = blueprint(name);
    let parameters = asked(&blueprint, Some(engine));
    let mut die = Die(u64::try_from(name.len()).expect("small") * 2 + u64::from(engine == Engine::ArgoCd));
    let mut found = 0;
    for example in blueprint.examples() {
        let Some(Ok(site)) = blueprint.example(&example) else { panic!("{name} {example}") };
        let mut site = site;
        if engine == Engine::ArgoCd && site.get(&["gitops", "repository"]).is_none() {
            site.insert(&["gitops", "repository"], "https://git.example.org/group/tree.git".into());
        }
        // The site of the other engine may not fit.
        if rendered(&blueprint, engine, &site).is_err() {
            continue;
        }
        let open = blueprint.questions(&site, &facts(engine));
        for question in open.iter().filter(|question| question.kind == QuestionKind::Text) {
            // Each takes several renderings; which ones are tried follows from the engine and the deployment.
            if die.below(5) > 0 {
                continue;
            }
            let is_free = schema(&parameters, &question.route)
                .is_some_and(|schema| schema.get("pattern").is_none() && schema.get("format").is_none());
            let route: Vec<&str> = question.route.iter().map(String::as_str).collect();
            let with = |text: &str| {
                let mut answers = site.clone();
                answers.insert(&route, text.into());
                rendered(&blueprint, engine, &answers)
            };
            let Some(plain) = with(WORD).ok().filter(|_| is_free) else { continue };
            found += 1;
            for _ in 0..2 {
                let text = *die.pick(&TEXTS);
                // What is refused broke out of nothing.
                let Ok(odd) = with(text) else { continue };
                let place = format!("{name} {example} {} = {text:?}", route.join("."));
                compare_trees(&plain, &odd, &place);
            }
        }
        // Other sites ask much the same.
        break;
    }
    found
}

fn compare_trees(plain: &Instance, odd: &Instance, place: &str) {
    assert_eq!(plain.files.keys().collect::<Vec<_>>(), odd.files.keys().collect::<Vec<_>>(), "{place}");
    for (path, text) in plain.files.iter().filter(|(path, _)| path.extension() == Some("yaml")) {
        let documents = |text: &str| -> Vec<serde_yaml::Value> {
            let documents = serde_yaml::Deserializer::from_str(text);
            documents.map(|one| serde::Deserialize::deserialize(one).expect(place)).collect()
        };
        let (before, after) = (documents(text), documents(&odd.files[path]));
        assert_eq!(before.len(), after.len(), "{place}: {path}");
        before.iter().zip(&after).for_each(|(before, after)| compare(before, after, &format!("{place}: {path}")));
    }
}

/// Two values are the same but for texts with the word in them; YAML in a text is compared as YAML.
fn compare(plain: &serde_yaml::Value, odd: &serde_yaml::Value, place: &str) {
    use serde_yaml::Value;
    match (plain, odd) {
        (Value::Mapping(plain), Value::Mapping(odd)) => {
            assert_eq!(plain.len(), odd.len(), "{place}:\n{plain:?}\n{odd:?}");
            for ((key, value), (odd_key, odd_value)) in plain.iter().zip(odd) {
                compare(key, odd_key, place);
                compare(value, odd_value, place);
            }
        }
        (Value::Sequence(plain), Value::Sequence(odd)) => {
            assert_eq!(plain.len(), odd.len(), "{place}:\n{plain:?}\n{odd:?}");
            plain.iter().zip(odd).for_each(|(plain, odd)| compare(plain, odd, place));
        }
        (Value::String(plain), Value::String(odd)) if plain.contains(WORD) => {
            let inner = |text: &str| serde_yaml::from_str::<Value>(text).ok().filter(Value::is_mapping);
            if let Some(plain) = inner(plain).filter(|_| plain.contains(":\n")) {
                let odd = inner(odd).unwrap_or_else(|| panic!("{place}: no YAML any more:\n{odd}"));
                compare(&plain, &odd, place);
            }
        }
        _ => assert_eq!(plain, odd, "{place}"),
    }
}

/// The components that a blueprint uses, however far away.
fn used_by(blueprint: &Blueprint, used: &mut BTreeSet<String>) {
    for (_, component) in blueprint.uses() {
        used.insert(component.manifest.name.name.clone());
        used_by(component, used);
    }
}

#[test]
fn every_component_stands_in_a_deployment() {
    let mut used: BTreeSet<String> = BTreeSet::new();
    for name in &blueprints() {
        used_by(&blueprint(name), &mut used);
    }
    let alone: Vec<String> = component_names().into_iter().filter(|name| !used.contains(name)).collect();
    assert_eq!(alone, Vec::<String>::new(), "nothing here tries them");
}
