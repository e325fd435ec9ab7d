//! Label selectors: `app=web,tier in (front, back),!canary`.
//!
//! Must not know whether it is labels or annotations that are selected by.

use crate::yaml::Value;

/// The longest name or value of a label.
const LONGEST: usize = 63;

/// The longest prefix of a label's name.
const LONGEST_PREFIX: usize = 253;

/// A selector: all its requirements must hold. Without any it selects everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    key: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Exists,
    DoesNotExist,
    In(Vec<String>),
    NotIn(Vec<String>),
    Above(i64),
    Below(i64),
}

/// Why a text is not a label selector.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelSelectorError {
    /// Something stands where something else must.
    #[error("found {found} where {expected} must be")]
    Unexpected {
        /// What stands there.
        found: String,
        /// What must.
        expected: &'static str,
    },
    /// A name that no label can have.
    #[error("`{0}` is not a name of a label")]
    BadKey(String),
    /// A value that no label can have.
    #[error(
        "`{0}` is not a value of a label: it must be at most 63 letters, digits, `-`, `_` and `.`, and begin and end with a letter or digit"
    )]
    BadValue(String),
    /// `<` and `>` compare integers.
    #[error("`{0}` is not an integer")]
    NotAnInteger(String),
}

impl LabelSelector {
    /// Reads a selector.
    pub fn parse(text: &str) -> Result<Self, LabelSelectorError> {
        let mut tokens = Tokens { rest: text };
        let mut requirements = Vec::new();
        if tokens.peek().is_none() {
            return Ok(Self { requirements });
        }
        loop {
            requirements.push(tokens.requirement()?);
            match tokens.next() {
                None => return Ok(Self { requirements }),
                Some(",") => {}
                found => return Err(unexpected(found, "`,` or the end")),
            }
        }
    }

    /// Whether the labels, a mapping of texts if there are any, fulfil all requirements.
    pub fn selects(&self, labels: Option<&Value>) -> bool {
        self.requirements.iter().all(|requirement| {
            let label = labels.and_then(|labels| labels.get(&requirement.key));
            requirement.condition.holds(label.map(|value| value.as_scalar().map_or("", |scalar| scalar.text.as_str())))
        })
    }
}

impl Condition {
    fn holds(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::DoesNotExist => value.is_none(),
            Self::In(values) => value.is_some_and(|value| values.iter().any(|one| one == value)),
            Self::NotIn(values) => value.is_none_or(|value| values.iter().all(|one| one != value)),
            Self::Above(bound) => number().is_some_and(|number| number > *bound),
            Self::Below(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

/// The rest of a selector, taken token by token: `=`, `==`, `!=`, `!`, `(`, `)`, `,`, `<`, `>` and words.
struct Tokens<'t> {
    rest: &'t str,
}

impl<'t> Tokens<'t> {
    fn peek(&self) -> Option<&'t str> {
        let rest = self.rest.trim_start_matches(is_blank);
        let first = rest.chars().next()?;
        let length = match first {
            _ if rest.starts_with("==") || rest.starts_with("!=") => 2,
            _ if is_special(first) => 1,
            _ => rest.find(|letter| is_blank(letter) || is_special(letter)).unwrap_or(rest.len()),
        };
        rest.get(..length)
    }

    fn next(&mut self) -> Option<&'t str> {
        let token = self.peek()?;
        self.rest = self.rest.trim_start_matches(is_blank).get(token.len()..).unwrap_or_default();
        Some(token)
    }

    fn requirement(&mut self) -> Result<Requirement, LabelSelectorError> {
        let negated = self.peek() == Some("!");
        if negated {
            self.next();
        }
        let key = match self.next() {
            Some(word) if is_word(word) => word.to_owned(),
            found => return Err(unexpected(found, "the name of a label")),
        };
        if !is_label_name(&key) {
            return Err(LabelSelectorError::BadKey(key));
        }
        let condition = match self.peek() {
            _ if negated => Condition::DoesNotExist,
            None | Some(",") => Condition::Exists,
            _ => self.condition()?,
        };
        Ok(Requirement { key, condition })
    }

    fn condition(&mut self) -> Result<Condition, LabelSelectorError> {
        let operator = self.next();
        match operator {
            Some("in") => Ok(Condition::In(self.values()?)),
            Some("notin") => Ok(Condition::NotIn(self.values()?)),
            Some("=" | "==") => Ok(Condition::In(vec![self.value()?])),
            Some("!=") => Ok(Condition::NotIn(vec![self.value()?])),
            Some(">") => Ok(Condition::Above(self.integer()?)),
            Some("<") => Ok(Condition::Below(self.integer()?)),
            found => Err(unexpected(found, "`=`, `==`, `!=`, `in` or `notin`")),
        }
    }

    /// The value after an operator, which may be empty.
    fn value(&mut self) -> Result<String, LabelSelectorError> {
        match self.peek() {
            None | Some(",") => Ok(String::new()),
            Some(word) if is_word(word) => {
                self.next();
                checked_value(word)
            }
            found => Err(unexpected(found, "a value")),
        }
    }

    fn integer(&mut self) -> Result<i64, LabelSelectorError> {
        let value = self.value()?;
        value.parse().map_err(|_| LabelSelectorError::NotAnInteger(value))
    }

    /// The values in parentheses; between commas there may be nothing, which is the empty value.
    fn values(&mut self) -> Result<Vec<String>, LabelSelectorError> {
        match self.next() {
            Some("(") => {}
            found => return Err(unexpected(found, "`(`")),
        }
        let mut values = Vec::new();
        loop {
            match self.peek() {
                Some(word) if is_word(word) => {
                    self.next();
                    values.push(checked_value(word)?);
                }
                Some("," | ")") => values.push(String::new()),
                found => return Err(unexpected(found, "a value, `,` or `)`")),
            }
            match self.next() {
                Some(",") => {}
                Some(")") => return Ok(values),
                found => return Err(unexpected(found, "`,` or `)`")),
            }
        }
    }
}

fn unexpected(found: Option<&str>, expected: &'static str) -> LabelSelectorError {
    let found = found.map_or_else(|| "the end".to_owned(), |token| format!("`{token}`"));
    LabelSelectorError::Unexpected { found, expected }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_special(letter: char) -> bool {
    matches!(letter, '=' | '!' | '(' | ')' | ',' | '>' | '<')
}

fn is_word(token: &str) -> bool {
    !token.starts_with(is_special)
}

fn checked_value(word: &str) -> Result<String, LabelSelectorError> {
    if is_label_part(word) { Ok(word.to_owned()) } else { Err(LabelSelectorError::BadValue(word.to_owned())) }
}

/// `app` or `app.kubernetes.io/name`.
fn is_label_name(key: &str) -> bool {
    match key.split_once('/') {
        Some((prefix, name)) => is_subdomain(prefix) && is_label_part(name),
        None => is_label_part(key),
    }
}

fn is_label_part(text: &str) -> bool {
    let ends = |letter: Option<char>| letter.is_some_and(|letter| letter.is_ascii_alphanumeric());
    text.len() <= LONGEST
        && ends(text.chars().next())
        && ends(text.chars().next_back())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'))
}

fn is_subdomain(text: &str) -> bool {
    let is_letter = |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit();
    let is_part = |part: &str| {
        let bytes = part.as_bytes();
        bytes.first().is_some_and(|&letter| is_letter(letter))
            && bytes.last().is_some_and(|&letter| is_letter(letter))
            && bytes.iter().all(|&letter| is_letter(letter) || letter == b'-')
    };
    text.len() <= LONGEST_PREFIX && text.split('.').all(is_part)
}
