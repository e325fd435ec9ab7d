//! Questions on a terminal: one at a time, validated as they are answered, defaults shown.
//!
//! Must not know what the answers are for.

use std::io::{self, BufRead, Write};

use serde_json::Value as Json;

use crate::{
    blueprint::{
        Blueprint,
        parameters::{Answers, CLUSTERS, Facts, Question, QuestionKind},
    },
    cli::error::CliError,
};

/// What was asked, and what was typed; nothing where the default holds.
struct Asked {
    route: Vec<String>,
    value: Option<Json>,
}

/// Asks what is open, for each cluster if there are several, and puts what is typed into `answers`; says whether anything was asked. `all` asks for optional parameters, too.
pub(super) fn ask(
    blueprint: &Blueprint,
    answers: &mut Answers,
    facts: &Facts,
    clusters: &[String],
    all: bool,
) -> Result<bool, CliError> {
    if clusters.is_empty() {
        let asked = ask_for(blueprint, answers.clone(), facts, &[], all)?;
        for asked in &asked {
            put_in(answers, &[], asked);
        }
        return Ok(!asked.is_empty());
    }
    let mut of_clusters: Vec<Vec<Asked>> = Vec::new();
    for cluster in clusters {
        let before = of_clusters.last().map_or(&[][..], Vec::as_slice);
        write(&format!("\nCluster {cluster}\n"))?;
        of_clusters.push(ask_for(blueprint, answers.of_cluster(cluster), facts, before, all)?);
    }
    for (cluster, asked) in clusters.iter().zip(&of_clusters) {
        for one in asked {
            // What was answered the same everywhere is an answer for all.
            let is_same = |other: &Asked| other.route == one.route && other.value == one.value;
            let is_shared = of_clusters.iter().all(|asked| asked.iter().any(is_same));
            let above = [CLUSTERS, cluster.as_str()];
            put_in(answers, if is_shared { &[] } else { &above }, one);
        }
    }
    Ok(of_clusters.iter().any(|asked| !asked.is_empty()))
}

fn put_in(answers: &mut Answers, above: &[&str], asked: &Asked) {
    let Some(value) = &asked.value else { return };
    let route: Vec<&str> = above.iter().copied().chain(asked.route.iter().map(String::as_str)).collect();
    answers.insert(&route, value.clone());
}

/// Asks what is open in these answers, and anew what does not fit together. What was typed for another cluster is the default.
fn ask_for(
    blueprint: &Blueprint,
    mut answers: Answers,
    facts: &Facts,
    before: &[Asked],
    all: bool,
) -> Result<Vec<Asked>, CliError> {
    let mut asked: Vec<Asked> = Vec::new();
    let mut group: Vec<String> = Vec::new();
    let mut doubtful: Vec<Vec<String>> = Vec::new();
    loop {
        // Computed anew each time: an answer can open or close later questions.
        let open = blueprint.questions(&answers, facts);
        let wanted = |question: &Question| {
            let is_needed = all || question.is_required && question.default.is_none();
            (is_needed || doubtful.iter().any(|route| question.route.starts_with(route)))
                && !asked.iter().any(|asked| asked.route == question.route)
        };
        let Some(mut question) = open.into_iter().find(wanted) else {
            let again = if asked.is_empty() { Vec::new() } else { doubts(blueprint, &mut answers, facts, &mut asked)? };
            if again.is_empty() {
                return Ok(asked);
            }
            doubtful = again;
            continue;
        };
        if question.group != group && !question.group.is_empty() {
            write(&format!("\n{}\n", question.group.join(" / ")))?;
        }
        group.clone_from(&question.group);
        let earlier = before.iter().find(|asked| asked.route == question.route).and_then(|asked| asked.value.clone());
        if earlier.is_some() {
            question.default.clone_from(&earlier);
        }
        let value = put(&question)?.or(earlier);
        let one = Asked { route: question.route, value };
        put_in(&mut answers, &[], &one);
        asked.push(one);
    }
}

/// Says what does not fit together, and opens the questions again whose answers are to blame; gives the ways to them. None is given if nothing that can be asked would help.
fn doubts(
    blueprint: &Blueprint,
    answers: &mut Answers,
    facts: &Facts,
    asked: &mut Vec<Asked>,
) -> Result<Vec<Vec<String>>, CliError> {
    let mut routes = Vec::new();
    for doubt in blueprint.doubts(answers, facts).into_iter().filter(|doubt| !doubt.route.is_empty()) {
        let is_blamed = |route: &[String]| route.starts_with(&doubt.route);
        for typed in asked.iter().filter(|typed| typed.value.is_some() && is_blamed(&typed.route)) {
            answers.remove(&typed.route.iter().map(String::as_str).collect::<Vec<_>>());
        }
        asked.retain(|typed| !is_blamed(&typed.route));
        if blueprint.questions(answers, facts).iter().any(|question| is_blamed(&question.route)) {
            write(&format!("\n{}\n", doubt.message))?;
            routes.push(doubt.route);
        }
    }
    Ok(routes)
}

/// Asks for a yes; without an answer it is one.
pub(super) fn confirm(question: &str) -> Result<bool, CliError> {
    write(&format!("{question} [yes]: "))?;
    let mut line = String::new();
    io::stdin()
        .lock()
        .read_line(&mut line)
        .map_err(|error| CliError::new(format!("cannot read the answer: {error}")))?;
    Ok(matches!(line.trim().to_lowercase().as_str(), "" | "y" | "yes" | "true"))
}

/// Asks one question until the answer is valid; `None` keeps the default.
fn put(question: &Question) -> Result<Option<Json>, CliError> {
    if let Some(description) = &question.description {
        write(&format!("  {}\n", description.trim().replace('\n', "\n  ")))?;
    }
    loop {
        write(&prompt(question))?;
        let mut line = String::new();
        let read = io::stdin().lock().read_line(&mut line);
        match read.map_err(|error| CliError::new(format!("cannot read the answer: {error}")))? {
            0 => {
                return Err(
                    CliError::new("the questions were not all answered").hint("give answers with --answers or --set")
                );
            }
            _ if line.trim().is_empty() && !(question.is_required && question.default.is_none()) => return Ok(None),
            _ if line.trim().is_empty() => write("  this needs an answer\n")?,
            _ => match question.read(line.trim()) {
                Ok(value) => return Ok(Some(value)),
                Err(fault) => write(&format!("  {fault}\n"))?,
            },
        }
    }
}

fn prompt(question: &Question) -> String {
    let shown = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let choices = match question.kind {
        QuestionKind::Choice => format!(" ({})", question.choices.iter().map(shown).collect::<Vec<_>>().join(", ")),
        QuestionKind::Bool => " (true, false)".to_owned(),
        _ => question.examples.first().map(|example| format!(" (such as {})", shown(example))).unwrap_or_default(),
    };
    let default = question.default.as_ref().map(|value| format!(" [{}]", shown(value))).unwrap_or_default();
    format!("{}{choices}{default}: ", question.title)
}

/// Questions go to stderr, so that stdout stays the result.
fn write(text: &str) -> Result<(), CliError> {
    let mut out = io::stderr().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| CliError::new(format!("cannot write the question: {error}")))
}
