//! YAML-aware templates.
//!
//! Control tags are run by the engine, which prints an opaque word for each expression. The result is parsed as YAML, and only then each word is
//! replaced in its node by the value, so text can never become syntax. At last the new text is parsed again and compared, node by node, with
//! what was meant. Must not know what the files are for.

use std::sync::{Arc, Mutex, PoisonError};

use minijinja::{Error, ErrorKind, Value};
use serde_json::Value as Json;

use super::{Context, Renderer, TemplateError, as_text, from_json, print, to_json};
use crate::{
    change::{TextEdit, apply},
    text::{SourceText, Span},
    yaml::{Kind, Node, Stream, Style, Type},
};

/// Words to try: one that no printed text holds is found at once, unless somebody wants it otherwise.
const WORDS: [&str; 4] = ["qtwq", "qtwxq", "qtwzq", "qtwvq"];

/// Renders a YAML file.
pub(super) fn render(renderer: &Renderer, source: &str, context: &Context) -> Result<String, TemplateError> {
    let word = WORDS.iter().find(|word| !source.contains(**word)).copied().unwrap_or(WORDS[0]);
    let (text, values) = skeleton(renderer, source, context, word)?;
    let template = Template { renderer, source, context };
    let text = SourceText::new(text);
    let stream = Stream::parse(text.clone()).map_err(|error| {
        let help = error.help.clone().unwrap_or_else(|| "control tags stand on lines of their own".to_owned());
        let line = text.line_span(text.position(error.span.start).line).map_or("", |line| text.slice(line));
        TemplateError::new(near(source, line, word), format!("the template gives no YAML: {error}")).with_help(help)
    })?;
    let filled = Filler { stream: &stream, values: &values, word }.fill().map_err(|fault| template.locate(&fault))?;
    let result = Stream::parse(SourceText::new(filled.as_str()))
        .map_err(|error| TemplateError::new(Span::at(0), format!("the result is not YAML: {error}")))?;
    if let Some(duplicate) = result.duplicate_keys().first() {
        let key = result.text().slice(duplicate.again).to_owned();
        return Err(TemplateError::new(
            Span::at(0),
            format!("the template makes the key `{key}` twice in one mapping"),
        ));
    }
    if !same(&stream, &result, &values, word) {
        return Err(TemplateError::new(Span::at(0), "a value cannot be written at its place in this template")
            .with_help("let the expression stand alone as the value of a key"));
    }
    Ok(filled)
}

/// A fault of the value of one expression, by the number of the print.
struct Fault {
    index: usize,
    message: &'static str,
}

struct Template<'a> {
    renderer: &'a Renderer,
    source: &'a str,
    context: &'a Context,
}

impl Template<'_> {
    /// Finds the expression that made the print of a fault: the template is run again and stopped there.
    fn locate(&self, fault: &Fault) -> TemplateError {
        let counter = Arc::new(Mutex::new(0_usize));
        let mut environment = self.renderer.environment.clone();
        let (stop, message) = (fault.index, fault.message);
        environment.set_formatter(move |_, _, _| {
            let mut count = counter.lock().unwrap_or_else(PoisonError::into_inner);
            *count += 1;
            if *count > stop { Err(Error::new(ErrorKind::InvalidOperation, message)) } else { Ok(()) }
        });
        match self.renderer.render(&environment, self.source, self.context) {
            Err(error) => error,
            Ok(_) => TemplateError::new(Span::at(0), fault.message),
        }
    }
}

/// The line of the template that gave a line of text, as far as what both have in common tells; else the template as a whole.
fn near(source: &str, line: &str, word: &str) -> Span {
    let literal = line.split(word).next().unwrap_or_default().trim();
    let found = source.find(literal).filter(|_| !literal.is_empty());
    found.map_or(Span::at(0), |start| Span::new(start, start + literal.len()))
}

/// The printed text with a word for each expression, and the values of the words.
fn skeleton(
    renderer: &Renderer,
    source: &str,
    context: &Context,
    word: &'static str,
) -> Result<(String, Vec<Json>), TemplateError> {
    let printed: Arc<Mutex<Vec<Json>>> = Arc::default();
    let record = Arc::clone(&printed);
    let mut environment = renderer.environment.clone();
    environment.set_formatter(move |out, _, value: &Value| {
        if value.is_undefined() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        if value.as_str().is_some_and(|text| text.contains(word)) {
            return Err(Error::new(ErrorKind::InvalidOperation, "text captured by a tag cannot be printed into YAML"));
        }
        let value = to_json(value).map_err(|error| Error::new(ErrorKind::BadSerialization, error))?;
        let mut values = record.lock().unwrap_or_else(PoisonError::into_inner);
        values.push(value);
        Ok(out.write_str(&format!("{word}{}z", values.len() - 1))?)
    });
    let text = renderer.render(&environment, source, context)?;
    let values = std::mem::take(&mut *printed.lock().unwrap_or_else(PoisonError::into_inner));
    Ok((text, values))
}

/// A piece of a text: as written, or the value of a word.
enum Piece<'a> {
    Text(&'a str),
    Value(usize),
}

fn pieces<'a>(text: &'a str, word: &str, count: usize) -> Vec<Piece<'a>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut searched = 0;
    while let Some(found) = rest[searched..].find(word) {
        let start = searched + found;
        let digits = &rest[start + word.len()..];
        let length = digits.bytes().take_while(u8::is_ascii_digit).count();
        let index = digits[..length].parse::<usize>().ok().filter(|&index| index < count);
        match index {
            Some(index) if digits[length..].starts_with('z') => {
                pieces.push(Piece::Text(&rest[..start]));
                pieces.push(Piece::Value(index));
                rest = &digits[length + 1..];
                searched = 0;
            }
            _ => searched = start + word.len(),
        }
    }
    pieces.push(Piece::Text(rest));
    pieces.retain(|piece| !matches!(piece, Piece::Text("")));
    pieces
}

/// Joins pieces to a text.
fn joined(pieces: &[Piece<'_>], values: &[Json]) -> Result<String, Fault> {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Value(index) => {
                let fail = |message| Fault { index: *index, message };
                match values.get(*index) {
                    Some(Json::Array(_)) => return Err(fail("a list cannot be part of a text")),
                    Some(Json::Object(_)) => return Err(fail("a mapping cannot be part of a text")),
                    Some(Json::Null) | None => return Err(fail("the value is none and cannot be part of a text")),
                    Some(value) => {
                        text.push_str(&as_text(&from_json(value)).unwrap_or_default());
                    }
                }
            }
        }
    }
    Ok(text)
}

struct Filler<'a> {
    stream: &'a Stream,
    values: &'a [Json],
    word: &'static str,
}

impl Filler<'_> {
    /// Replaces every word and gives the new text.
    fn fill(&self) -> Result<String, Fault> {
        let mut edits = Vec::new();
        for document in self.stream.documents() {
            self.node(document.root(), false, &mut edits)?;
        }
        for &comment in self.stream.comments() {
            let text = self.stream.text().slice(comment);
            if text.contains(self.word) {
                let filled = joined(&pieces(text, self.word, self.values.len()), self.values)?;
                let line = filled.chars().map(|c| if print::is_printable(c) { c } else { ' ' });
                edits.push(TextEdit::new(comment, line.collect::<String>()));
            }
        }
        edits.sort();
        Ok(apply(self.stream.text().as_str(), &edits))
    }

    fn node(&self, node: Node<'_>, in_flow: bool, edits: &mut Vec<TextEdit>) -> Result<(), Fault> {
        if node.is_alias() {
            return Ok(());
        }
        let in_flow = in_flow || node.is_flow();
        match node.kind() {
            Kind::Mapping => {
                for entry in node.entries() {
                    self.scalar(entry.key, in_flow, true, edits)?;
                    self.node(entry.value, in_flow, edits)?;
                }
                Ok(())
            }
            Kind::Sequence => node.items().try_for_each(|item| self.node(item, in_flow, edits)),
            Kind::Scalar => self.scalar(node, in_flow, false, edits),
        }
    }

    fn scalar(&self, node: Node<'_>, in_flow: bool, is_key: bool, edits: &mut Vec<TextEdit>) -> Result<(), Fault> {
        let (Some(text), Some(style)) = (node.text(), node.style()) else { return Ok(()) };
        if !text.contains(self.word) {
            return Ok(());
        }
        let pieces = pieces(text, self.word, self.values.len());
        let replacement = match (style, pieces.as_slice()) {
            (Style::Plain, [Piece::Value(index)]) if !is_key => {
                let value = self.values.get(*index).unwrap_or(&Json::Null);
                self.alone(node, value, in_flow)
            }
            (Style::Literal | Style::Folded, _) => {
                let text = joined(&pieces, self.values)?;
                self.block_scalar(node, style, &text).unwrap_or_else(|| print::double_quoted(&text))
            }
            (Style::DoubleQuoted, _) => print::double_quoted(&joined(&pieces, self.values)?),
            (Style::SingleQuoted, _) => {
                let text = joined(&pieces, self.values)?;
                if text.chars().all(print::is_printable) {
                    format!("'{}'", text.replace('\'', "''"))
                } else {
                    print::double_quoted(&text)
                }
            }
            (Style::Plain, _) if in_flow => print::string_in_flow(&joined(&pieces, self.values)?),
            (Style::Plain, _) => print::string(&joined(&pieces, self.values)?),
        };
        let mut span = node.span();
        if replacement.starts_with('\n') {
            // No blanks stay behind the colon.
            let before = self.stream.text().slice(Span { start: 0, end: span.start });
            span = Span { start: Span::at(before.trim_end_matches(' ').len()).start, end: span.end };
        }
        edits.push(TextEdit::new(span, replacement));
        Ok(())
    }

    /// A value that stands alone: in brackets or in a block, as its place allows.
    fn alone(&self, node: Node<'_>, value: &Json, in_flow: bool) -> String {
        let text = self.stream.text();
        let place = text.position(node.span().start);
        let line_end = text.line_span(place.line).map_or(node.span().end, |line| line.end);
        let followed = !text.slice(Span { start: node.span().end, end: line_end }).trim().is_empty();
        if in_flow || followed || node.outer_span() != node.span() {
            return print::flow(value);
        }
        let column = |node: Node<'_>| text.position(node.span().start).column as usize - 1;
        match node.own_entry() {
            Some(entry) => {
                let indent = column(entry.key) + 2;
                let is_nested = matches!(value, Json::Array(_) | Json::Object(_)) && !print::fits_flow(value);
                if is_nested && place.line == text.position(entry.key.span().start).line {
                    format!("\n{}{}", " ".repeat(indent), print::block(value, indent))
                } else if is_nested {
                    print::flow(value)
                } else {
                    print::multiline(value, indent)
                }
            }
            None if print::fits_flow(value) => print::multiline(value, column(node).max(2)),
            None => print::block(value, column(node)),
        }
    }

    /// The block with its words replaced line by line, if that reads back as the text.
    fn block_scalar(&self, node: Node<'_>, style: Style, text: &str) -> Option<String> {
        let source = node.source();
        let mut filled = String::new();
        let header_end = source.find('\n')?;
        let indent = source[header_end..].lines().find(|line| !line.trim().is_empty())?;
        let indent = &indent[..indent.len() - indent.trim_start_matches(' ').len()];
        for piece in pieces(source, self.word, self.values.len()) {
            match piece {
                Piece::Text(part) => filled.push_str(part),
                Piece::Value(index) => {
                    let value = as_text(&from_json(self.values.get(index)?)).ok()?;
                    if style == Style::Folded && value.contains('\n') {
                        return None;
                    }
                    let mut lines = value.split('\n');
                    filled.push_str(lines.next().unwrap_or_default());
                    for line in lines {
                        filled.push('\n');
                        if !line.is_empty() {
                            filled.push_str(indent);
                            filled.push_str(line);
                        }
                    }
                }
            }
        }
        let printable = filled.chars().all(|c| print::is_printable(c) || matches!(c, '\n' | '\t'));
        let probe = Stream::parse(SourceText::new(format!("k: {filled}\n"))).ok().filter(|_| printable)?;
        let read = probe.documents().next()?.root().get("k")?.text()?.to_owned();
        (read.trim_end_matches('\n') == text.trim_end_matches('\n') && probe.documents().len() == 1).then_some(filled)
    }
}

/// Whether the result is the skeleton with each word replaced by its value, and nothing else.
fn same(skeleton: &Stream, result: &Stream, values: &[Json], word: &'static str) -> bool {
    skeleton.documents().len() == result.documents().len()
        && skeleton
            .documents()
            .zip(result.documents())
            .all(|(left, right)| same_node(left.root(), right.root(), values, word))
}

fn same_node(left: Node<'_>, right: Node<'_>, values: &[Json], word: &'static str) -> bool {
    if left.is_alias() || right.is_alias() {
        return left.is_alias() == right.is_alias();
    }
    match left.kind() {
        Kind::Mapping => {
            right.is_mapping()
                && left.entries().len() == right.entries().len()
                && left.entries().zip(right.entries()).all(|(left, right)| {
                    same_scalar(left.key, right.key, values, word, true)
                        && same_node(left.value, right.value, values, word)
                })
        }
        Kind::Sequence => {
            right.is_sequence()
                && left.items().len() == right.items().len()
                && left.items().zip(right.items()).all(|(left, right)| same_node(left, right, values, word))
        }
        Kind::Scalar => same_scalar(left, right, values, word, false),
    }
}

fn same_scalar(left: Node<'_>, right: Node<'_>, values: &[Json], word: &'static str, is_key: bool) -> bool {
    let Some(text) = left.text() else { return is_key && left.kind() == right.kind() };
    if !text.contains(word) {
        return right.text() == Some(text) && left.scalar_type() == right.scalar_type();
    }
    let pieces = pieces(text, word, values.len());
    if let (Some(Style::Plain), [Piece::Value(index)], false) = (left.style(), pieces.as_slice(), is_key) {
        return values.get(*index).is_some_and(|value| is_value(right, value));
    }
    let Ok(expected) = joined(&pieces, values) else { return false };
    let Some(found) = right.text().filter(|_| right.scalar_type() == Some(Type::String)) else { return false };
    // The header of a block decides about its final newlines.
    let is_block = matches!(left.style(), Some(Style::Literal | Style::Folded));
    found == expected || is_block && found.trim_end_matches('\n') == expected.trim_end_matches('\n')
}

fn is_value(node: Node<'_>, value: &Json) -> bool {
    match value {
        Json::Null => node.is_null(),
        Json::Bool(value) => node.as_bool() == Some(*value),
        Json::Number(number) => {
            matches!(node.scalar_type(), Some(Type::Int | Type::Float)) && node.text() == Some(&number.to_string())
        }
        Json::String(text) => node.as_str() == Some(text),
        Json::Array(items) => {
            node.is_sequence()
                && node.items().len() == items.len()
                && node.items().zip(items).all(|(node, item)| is_value(node, item))
        }
        Json::Object(entries) => {
            node.is_mapping()
                && node.entries().len() == entries.len()
                && node
                    .entries()
                    .zip(entries)
                    .all(|(entry, (key, value))| entry.key.as_str() == Some(key) && is_value(entry.value, value))
        }
    }
}
