//! The lines of Helm's `--set`: `hub.users[0]=ann,hub.admins={ann,bob}`, with their types, lists, nulls and escapes, and how they change values.
//!
//! From the parser in helm.sh/helm/v3/pkg/strvals. A line is read into assignments first, so that whoever shares values between maps can set them in its own way.
//! Must not know who writes the lines.

use smol_str::SmolStr;

use super::{
    SetPath, SetStep,
    set_path::{MAX_INDEX, MAX_NESTING},
};
use crate::yaml::{Content, Origin, Value};

/// What the texts of a line become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typing {
    /// Booleans, null and integers are told by their look, as `--set` does.
    Inferred,
    /// Everything is a string, as with `--set-string`.
    Strings,
}

/// One assignment of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// Where the value goes.
    pub path: SetPath,
    /// A scalar, or a list of scalars.
    pub value: Value,
    /// Whether the line ends behind the `=`. Such a value is set, but Helm forgets the list item that it would have to make for it.
    pub ends_line: bool,
}

impl Assignment {
    /// Whether the list item at a step, if there is none, is not made for this assignment.
    pub fn forgets_item(&self, step: usize) -> bool {
        let below = self.path.steps().iter().skip(step + 1);
        self.ends_line && below.into_iter().any(|step| matches!(step, SetStep::Key(_)))
    }
}

/// Why a line cannot be read, or an assignment cannot be made. It shows no part of a value, which may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// No `=` behind a key.
    #[error("a key has no value")]
    NoValue,
    /// `{` without `}`.
    #[error("a list must end with `}}`")]
    OpenList,
    /// `[` without a number and `]` behind it, a number that is too large, or text between `]` and what must follow.
    #[error("a list index must be a number from 0 to {MAX_INDEX} in brackets")]
    Index,
    /// A path with too many parts.
    #[error("a key has more than {MAX_NESTING} levels")]
    TooDeep,
    /// The path leads through a value that is there already and is of another shape.
    #[error("`{0}` leads through a value that it cannot be set in")]
    Blocked(SetPath),
}

/// Reads a line. All values are said to be written at `origin`.
pub fn parse_set(line: &str, typing: Typing, origin: Origin) -> Result<Vec<Assignment>, SetError> {
    let mut parser = Parser { rest: line.chars().peekable(), typing, origin };
    let mut assignments = Vec::new();
    while parser.rest.peek().is_some() {
        assignments.extend(parser.assignment()?);
    }
    Ok(assignments)
}

/// The value that a text of a line stands for: `true`, `false`, `null` in any case, integers without leading zeros, else a string. `1.5` is a string.
pub fn typed(text: &str, typing: Typing) -> Value {
    if typing == Typing::Strings {
        return Value::string(text);
    }
    match text.to_ascii_lowercase().as_str() {
        word @ ("true" | "false" | "null" | "0") => Value::plain(word),
        _ if text.starts_with('0') => Value::string(text),
        _ => text.parse::<i64>().map_or_else(|_| Value::string(text), Value::int),
    }
}

/// Makes an assignment in values, which must be a mapping.
pub fn assign(values: &mut Value, assignment: &Assignment) -> Result<(), SetError> {
    let blocked = || SetError::Blocked(assignment.path.clone());
    let steps = assignment.path.steps();
    let mut at = values;
    for (position, step) in steps.iter().enumerate() {
        let next = steps.get(position + 1);
        let fresh = || match next {
            Some(SetStep::Index(_)) => Value::sequence(Vec::new()).at(assignment.value.origin),
            Some(SetStep::Key(_)) => Value::mapping().at(assignment.value.origin),
            None => Value::null(),
        };
        at = match step {
            SetStep::Key(key) => at.as_mapping_mut().ok_or_else(blocked)?.entry(key.clone()).or_insert_with(fresh),
            SetStep::Index(index) => {
                let items = at.as_sequence_mut().ok_or_else(blocked)?;
                let is_list = matches!(next, Some(SetStep::Index(_)));
                let is_there = items.get(*index).is_some_and(|item| !is_list || !item.is_null());
                if !is_there && assignment.forgets_item(position) {
                    return Ok(());
                }
                if items.len() <= *index {
                    items.resize_with(*index + 1, Value::null);
                }
                let item = items.get_mut(*index).ok_or_else(blocked)?;
                // In a list whatever is in the way of a mapping gives way, but only null gives way to a list.
                let gives_way = match next {
                    Some(SetStep::Key(_)) => item.as_mapping().is_none(),
                    Some(SetStep::Index(_)) => item.is_null(),
                    None => false,
                };
                if gives_way {
                    *item = fresh();
                }
                item
            }
        };
    }
    *at = assignment.value.clone();
    Ok(())
}

struct Parser<'l> {
    rest: std::iter::Peekable<std::str::Chars<'l>>,
    typing: Typing,
    origin: Origin,
}

impl Parser<'_> {
    /// One assignment up to the comma behind it; `None` for one to an empty key, which Helm drops.
    fn assignment(&mut self) -> Result<Option<Assignment>, SetError> {
        let mut steps = Vec::new();
        let mut nesting = 0;
        let mut after_index = false;
        loop {
            let (key, stop) = self.until(&['=', '[', ',', '.']);
            let stop = stop.filter(|stop| *stop != ',').ok_or(SetError::NoValue)?;
            match (after_index, key.is_empty()) {
                (true, true) => {}
                (true, false) => return Err(SetError::Index),
                (false, _) => steps.push(SetStep::Key(SmolStr::from(key))),
            }
            match stop {
                '=' => break,
                '[' => steps.push(SetStep::Index(self.index()?)),
                // A dot behind an index opens no level of its own.
                _ => nesting += usize::from(!after_index),
            }
            after_index = stop == '[';
            if nesting > MAX_NESTING {
                return Err(SetError::TooDeep);
            }
        }
        let ends_line = self.rest.peek().is_none();
        let value = self.value()?.at(self.origin);
        let dropped = steps.iter().any(|step| matches!(step, SetStep::Key(key) if key.is_empty()));
        Ok((!dropped).then(|| Assignment { path: SetPath::of(steps), value, ends_line }))
    }

    fn index(&mut self) -> Result<usize, SetError> {
        let (number, stop) = self.until(&[']']);
        let index = number.parse().ok().filter(|index| *index <= MAX_INDEX);
        index.filter(|_| stop.is_some()).ok_or(SetError::Index)
    }

    fn value(&mut self) -> Result<Value, SetError> {
        if self.rest.next_if_eq(&'{').is_none() {
            let (text, _) = self.until(&[',']);
            return Ok(typed(&text, self.typing));
        }
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            items.push(typed(&text, self.typing).at(self.origin));
            match stop {
                Some('}') => break,
                Some(_) => {}
                None => return Err(SetError::OpenList),
            }
        }
        self.rest.next_if_eq(&',');
        Ok(Value::sequence(items))
    }

    /// The text up to one of the stops, which is eaten, with escapes resolved; no stop at the end of the line.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        while let Some(c) = self.rest.next() {
            match c {
                c if stops.contains(&c) => return (text, Some(c)),
                '\\' => text.extend(self.rest.next()),
                c => text.push(c),
            }
        }
        (text, None)
    }
}

/// Lays one set of values over another as Helm does with values files: mappings are merged, everything else is replaced, null among it.
pub fn merge_values(under: &mut Value, over: Value) {
    match (&mut under.content, over.content) {
        (Content::Mapping(below), Content::Mapping(above)) => {
            for (key, value) in *above {
                match below.get_mut(&key) {
                    Some(present) => merge_values(present, value),
                    None => {
                        below.insert(key, value);
                    }
                }
            }
        }
        (content, above) => {
            *content = above;
            under.origin = over.origin;
        }
    }
}
