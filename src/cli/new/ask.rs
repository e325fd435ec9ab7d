//! Questions on a terminal: one at a time, validated as they are answered, defaults shown.
//!
//! Must not know what the answers are for.

use std::io::{self, BufRead, Write};

use serde_json::Value as Json;

use crate::{
    blueprint::{
        Blueprint,
        parameters::{Answers, Facts, Question, QuestionKind},
    },
    cli::error::CliError,
};

/// Asks what is open, and puts what is typed into `answers`; says whether anything was asked. `all` asks for optional parameters, too.
pub(super) fn ask(blueprint: &Blueprint, answers: &mut Answers, facts: &Facts, all: bool) -> Result<bool, CliError> {
    let mut asked: Vec<Vec<String>> = Vec::new();
    let mut group: Vec<String> = Vec::new();
    loop {
        // Computed anew each time: an answer can open or close later questions.
        let open = blueprint.questions(answers, facts);
        let wanted = |question: &&Question| {
            (all || question.is_required && question.default.is_none()) && !asked.contains(&question.route)
        };
        let Some(question) = open.iter().find(wanted) else { return Ok(!asked.is_empty()) };
        if question.group != group && !question.group.is_empty() {
            write(&format!("\n{}\n", question.group.join(" / ")))?;
        }
        group.clone_from(&question.group);
        if let Some(value) = put(question)? {
            let route: Vec<&str> = question.route.iter().map(String::as_str).collect();
            answers.insert(&route, value);
        }
        asked.push(question.route.clone());
    }
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
