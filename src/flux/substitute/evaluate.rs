//! What a substitution gives: the operators on the value of a variable.
//!
//! Works on bytes, as Go's strings do. Must not know where variables come from. From fluxcd/pkg/envsubst.

use std::borrow::Cow;

use super::{
    parse::{Call, Malformed, Node, parse},
    pattern,
};

/// A variable as a substitution meets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// Its value.
    Value(String),
    /// Nobody knows its value: this stands for whatever a substitution makes of it.
    Placeholder(String),
    /// There is no such variable.
    Unset,
}

/// Why a text cannot be substituted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// What is wrong.
    pub fault: Fault,
    /// The offset of the `${` that is at fault.
    pub at: usize,
}

/// What is wrong with a substitution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It does not follow the grammar.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// The variable has no value and the substitution no default.
    #[error("variable not set (strict mode): \"{0}\"")]
    Unset(String),
    /// Longer than this tool follows.
    #[error("the value or the result is too long")]
    TooLong,
}

/// A longer text is not searched for prefixes: every prefix is tried.
const LONGEST_TRIMMED: usize = 16 * 1024;

/// Variables may be put in often: the result is no longer than this.
const LONGEST_RESULT: usize = 64 * 1024 * 1024;

/// Substitutes all variables in a text. Where it is not strict, a variable that is not set has the empty value.
pub fn substitute_text(text: &str, strict: bool, variable: &dyn Fn(&str) -> Found) -> Result<String, Error> {
    let nodes = parse(text).map_err(|(fault, at)| Error { fault: fault.into(), at })?;
    let mut out = Vec::with_capacity(text.len());
    let evaluator = Evaluator { strict, variable };
    for node in &nodes {
        let (Value::Known(part) | Value::Placeholder(part)) = evaluator.node(node)?;
        out.extend_from_slice(&part);
        if out.len() > LONGEST_RESULT {
            return Err(Error { fault: Fault::TooLong, at: 0 });
        }
    }
    Ok(String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

/// Whether a text holds anything that a substitution changes.
pub(super) fn changes(text: &str) -> bool {
    text.contains("${") || text.contains("$$")
}

enum Value<'n> {
    Known(Cow<'n, [u8]>),
    Placeholder(Cow<'n, [u8]>),
}

struct Evaluator<'a> {
    strict: bool,
    variable: &'a dyn Fn(&str) -> Found,
}

impl Evaluator<'_> {
    fn node<'n>(&self, node: &'n Node) -> Result<Value<'n>, Error> {
        match node {
            Node::Text(text) => Ok(Value::Known(text.as_bytes().into())),
            Node::Call(call) => self.call(call),
        }
    }

    fn call<'n>(&self, call: &'n Call) -> Result<Value<'n>, Error> {
        let error = |fault| Error { fault, at: call.at };
        // Arguments come first: one that is not set is an error even where the default is not needed.
        let arguments = call.arguments.iter().map(|node| self.node(node)).collect::<Result<Vec<_>, _>>()?;
        let has_default = matches!(call.operator.as_str(), "=" | ":=" | ":-" | ":?" | ":+");
        let value = match (self.variable)(&call.variable) {
            Found::Value(value) => value,
            Found::Placeholder(text) => return Ok(Value::Placeholder(text.into_bytes().into())),
            Found::Unset if self.strict && !has_default => return Err(error(Fault::Unset(call.variable.to_string()))),
            Found::Unset => String::new(),
        };
        let is_used = !has_default || value.is_empty();
        let unknown = arguments.iter().find_map(|one| match one {
            Value::Placeholder(text) if is_used => Some(text.clone()),
            _ => None,
        });
        if let Some(text) = unknown {
            return Ok(Value::Placeholder(text));
        }
        let arguments: Vec<&[u8]> =
            arguments.iter().map(|(Value::Known(text) | Value::Placeholder(text))| text.as_ref()).collect();
        let result = apply(&call.operator, value.as_bytes(), &arguments).map_err(error)?;
        Ok(Value::Known(result.into()))
    }
}

fn apply(operator: &str, value: &[u8], arguments: &[&[u8]]) -> Result<Vec<u8>, Fault> {
    let result = match (operator, arguments) {
        (",", _) => cased(value, true, char::to_lowercase),
        (",,", _) => cased(value, false, char::to_lowercase),
        ("^", _) => cased(value, true, char::to_uppercase),
        ("^^", _) => cased(value, false, char::to_uppercase),
        ("#", []) => value.len().to_string().into_bytes(),
        ("#", [pattern, ..]) => trimmed(value, pattern, Trim::Shortest)?,
        ("##", [pattern, ..]) => trimmed(value, pattern, Trim::Longest)?,
        ("%", [pattern, ..]) => reversed(&trimmed(&reversed(value), &reversed(pattern), Trim::Shortest)?),
        ("%%", [pattern, ..]) => reversed(&trimmed(&reversed(value), &reversed(pattern), Trim::Longest)?),
        (":", [offset, length @ ..]) => substring(value, offset, length.first().copied()),
        ("/#", [old, new]) if value.starts_with(old) => [new, &value[old.len()..]].concat(),
        ("/%", [old, new]) if value.ends_with(old) => [&value[..value.len() - old.len()], new].concat(),
        ("/#" | "/%", _) => value.to_vec(),
        ("/", [old, new @ ..]) => replaced(value, old, new.first().copied().unwrap_or_default(), 1)?,
        ("//", [old, new @ ..]) => replaced(value, old, new.first().copied().unwrap_or_default(), usize::MAX)?,
        _ if value.is_empty() => arguments.concat(),
        _ => value.to_vec(),
    };
    Ok(result)
}

/// Changes the case of all characters, or of the first. One character stays one, as in Go.
fn cased<I: Iterator<Item = char>>(value: &[u8], first_only: bool, change: fn(char) -> I) -> Vec<u8> {
    let text = String::from_utf8_lossy(value);
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.chars().enumerate() {
        let mut changed = change(c);
        match (changed.next(), changed.next()) {
            (Some(one), None) if index == 0 || !first_only => out.push(one),
            _ => out.push(c),
        }
    }
    out.into_bytes()
}

/// A part of a value, by bytes. A negative offset or length counts from the end; controllers before Flux 2.10 crash at a negative length.
fn substring(value: &[u8], offset: &[u8], length: Option<&[u8]>) -> Vec<u8> {
    let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<i64>().ok();
    let size = i64::try_from(value.len()).unwrap_or(i64::MAX);
    // What is no number changes nothing.
    let Some(offset) = number(offset) else { return value.to_vec() };
    let start = if offset < 0 { (size.saturating_add(offset)).max(0) } else { offset };
    let end = match length.map(number) {
        None => size,
        Some(None) => return value.to_vec(),
        Some(Some(length)) if length < 0 => size.saturating_add(length),
        Some(Some(length)) => start.saturating_add(length).min(size),
    };
    let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    range.and_then(|(start, end)| value.get(start..end)).unwrap_or_default().to_vec()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Trim {
    Shortest,
    Longest,
}

/// Takes off the shortest or longest prefix that matches; the empty one is not tried.
fn trimmed(value: &[u8], pattern: &[u8], trim: Trim) -> Result<Vec<u8>, Fault> {
    if value.len() > LONGEST_TRIMMED {
        return Err(Fault::TooLong);
    }
    let mut end = 0;
    for length in (1..=value.len()).rev() {
        match pattern::matches(pattern, &value[..length]) {
            // A pattern that cannot be read changes nothing, as soon as somebody notices.
            None => return Ok(value.to_vec()),
            Some(true) => {
                end = length;
                if trim == Trim::Longest {
                    break;
                }
            }
            Some(false) => {}
        }
    }
    Ok(value[end..].to_vec())
}

fn reversed(value: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(value).chars().rev().collect::<String>().into_bytes()
}

fn replaced(value: &[u8], old: &[u8], new: &[u8], times: usize) -> Result<Vec<u8>, Fault> {
    let text = String::from_utf8_lossy(value);
    let (old, new) = (String::from_utf8_lossy(old), String::from_utf8_lossy(new));
    if new.len().saturating_mul(text.len() + 1) > LONGEST_RESULT {
        return Err(Fault::TooLong);
    }
    Ok(text.replacen(&*old, &new, times).into_bytes())
}
