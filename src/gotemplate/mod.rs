//! Go's template language, as `ApplicationSets` and `ResourceSets` use it: the grammar, its evaluation over data of our own, and sprig's functions.
//!
//! Owns the language and what its functions do. A template is untrusted: fuel, depth and the size of what it writes are bounded, and functions that would see the
//! environment, the network, the time or chance are refused by name. Must not know who uses templates, nor where they stand.
//!
//! ```
//! use treewright::gotemplate::{Data, Options, Template};
//! let data = Data::of(&[("name".into(), "hub".into())].into_iter().collect());
//! let text = Template::parse("{{ .name | upper }}", &Options::default()).and_then(|template| template.render(&data));
//! assert_eq!(text.as_deref(), Ok("HUB"));
//! ```

mod ast;
mod convert;
mod data;
mod exec;
mod functions;
mod lex;
mod parse;
mod print;

pub use convert::Reader;
pub use data::{Data, Dict, Version};
pub use functions::names::normalized;
pub use functions::{Arguments, Call, Function, Group, at_least, between, exactly};

/// What a template meets where a mapping has no such key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// No value: it prints as `<no value>`, and so do its fields.
    #[default]
    Invalid,
    /// The zero value, which is nil in untyped data.
    Zero,
    /// An error.
    Error,
}

/// How a template is read and evaluated.
#[derive(Clone, Debug)]
pub struct Options {
    /// What opens and closes an action.
    pub delimiters: (String, String),
    /// What a missing key gives.
    pub missing_key: MissingKey,
    /// Functions beside Go's own; of two with one name the later group's wins.
    pub functions: Vec<Group>,
    /// The steps that one evaluation may take.
    pub fuel: u64,
    /// The bytes that one evaluation, or one value in it, may have.
    pub max_output: usize,
}

impl Default for Options {
    /// `{{ }}`, sprig's functions and those that GitOps controllers add to them.
    fn default() -> Self {
        Self {
            delimiters: ("{{".to_owned(), "}}".to_owned()),
            missing_key: MissingKey::default(),
            functions: functions::SPRIG.to_vec(),
            fuel: 1_000_000,
            max_output: 4 << 20,
        }
    }
}

impl Options {
    /// The same, with other delimiters.
    #[must_use]
    pub fn with_delimiters(mut self, left: &str, right: &str) -> Self {
        self.delimiters = (left.to_owned(), right.to_owned());
        self
    }

    /// The same, with another answer to missing keys.
    #[must_use]
    pub fn with_missing_key(mut self, missing_key: MissingKey) -> Self {
        self.missing_key = missing_key;
        self
    }
}

/// A template that cannot be read, or whose evaluation fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct Error {
    /// What is wrong.
    pub message: String,
    /// The byte in the template.
    pub offset: usize,
    /// Its line, from 1.
    pub line: usize,
    /// Its character in the line, from 1.
    pub column: usize,
}

impl Error {
    pub(crate) fn new(text: &str, offset: usize, message: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { message: message.into(), offset, line, column }
    }
}

/// A template that was read.
#[derive(Debug)]
pub struct Template {
    text: String,
    options: Options,
    templates: ast::Templates,
}

impl Template {
    /// Reads a template. Errors: syntax, unknown functions and variables, as Go finds them.
    pub fn parse(text: &str, options: &Options) -> Result<Self, Error> {
        // An empty delimiter means the usual one, in Go as here.
        let mut options = options.clone();
        for (delimiter, usual) in [(&mut options.delimiters.0, "{{"), (&mut options.delimiters.1, "}}")] {
            if delimiter.is_empty() {
                usual.clone_into(delimiter);
            }
        }
        let templates = parse::parse(text, &options)?;
        Ok(Self { text: text.to_owned(), options, templates })
    }

    /// Evaluates it. `set` and its like change `data`, as they do in Go.
    pub fn render(&self, data: &Data) -> Result<String, Error> {
        self.render_within(data, &mut self.options.fuel.clone())
    }

    /// The same with steps that several evaluations share; takes from `fuel` what it needs.
    pub fn render_within(&self, data: &Data, fuel: &mut u64) -> Result<String, Error> {
        exec::render(&self.text, &self.options, &self.templates, data, fuel)
    }
}
