//! Paths into values as Helm's `--set` writes them: `hub.config.users[0].name`, with `\.` for a dot inside of a key.
//!
//! From the parser in helm.sh/helm/v3/pkg/strvals. Must not know values.

use std::fmt;

use smol_str::SmolStr;

/// Helm's limit for an index.
pub(super) const MAX_INDEX: usize = 65536;
/// Helm's limit for the dots of a path.
pub(super) const MAX_NESTING: usize = 30;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SetStep {
    /// Into a mapping.
    Key(SmolStr),
    /// Into a list, from 0.
    Index(usize),
}

/// A path into values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SetPath(Vec<SetStep>);

/// Why a text is no path.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetPathError {
    /// Nothing between two dots, or nothing at all.
    #[error("a key is empty")]
    EmptyKey,
    /// `[` without a number and `]` behind it.
    #[error("a list index is not a number in brackets")]
    Index,
    /// A comma or an equals sign, which end a path.
    #[error("`{0}` ends a path; write `\\{0}` if it belongs to the key")]
    Separator(char),
}

impl SetPath {
    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, SetPathError> {
        let mut steps = Vec::new();
        let mut key = String::new();
        let mut after_index = false;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => key.extend(chars.next()),
                ',' | '=' => return Err(SetPathError::Separator(c)),
                '.' => {
                    push_key(&mut steps, &mut key, after_index)?;
                    after_index = false;
                }
                '[' => {
                    push_key(&mut steps, &mut key, after_index)?;
                    let number: String = chars.by_ref().take_while(|c| *c != ']').collect();
                    steps.push(SetStep::Index(number.parse().map_err(|_| SetPathError::Index)?));
                    after_index = true;
                }
                c => key.push(c),
            }
        }
        push_key(&mut steps, &mut key, after_index)?;
        Ok(Self(steps))
    }

    /// A path of these steps.
    pub fn of(steps: Vec<SetStep>) -> Self {
        Self(steps)
    }

    /// The steps from the root of the values.
    pub fn steps(&self) -> &[SetStep] {
        &self.0
    }

    /// Whether setting one path touches what the other sets: they are the same, or one leads to the other.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a == b)
    }
}

fn push_key(steps: &mut Vec<SetStep>, key: &mut String, after_index: bool) -> Result<(), SetPathError> {
    match (key.is_empty(), after_index) {
        (true, true) => Ok(()),
        (true, false) => Err(SetPathError::EmptyKey),
        (false, _) => {
            steps.push(SetStep::Key(std::mem::take(key).into()));
            Ok(())
        }
    }
}

impl fmt::Display for SetPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                SetStep::Index(index) => write!(f, "[{index}]")?,
                SetStep::Key(key) => {
                    let dot = if position == 0 { "" } else { "." };
                    write!(f, "{dot}{}", key.replace('.', "\\."))?;
                }
            }
        }
        Ok(())
    }
}
