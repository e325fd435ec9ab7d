//! Templates: expressions, texts and YAML files of a blueprint, with delimiters of their own.
//!
//! Owns the template engine, its limits and its filters. A template reaches nothing but the values it is given: there is no loader, no include, no
//! function that reads anything. Must not know manifests nor parameters.

mod bound;
mod filters;
mod print;
mod yaml;

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Expression, Template, UndefinedBehavior, Value, syntax::SyntaxConfig,
};
use serde_json::Value as Json;

use crate::text::{Span, nearest};
pub(super) use filters::shell;
pub(super) use print::string as plain_or_quoted;

/// Steps that one template may take. The largest real template takes some ten thousand.
const FUEL: u64 = 2_000_000;

/// Bytes that one template may produce.
const MAX_OUTPUT: usize = 4 * 1024 * 1024;

/// Why a template gives no result. The place is in the template's own text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// The bytes of the template to blame.
    pub span: Span,
    /// One sentence without a final full stop.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl TemplateError {
    fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into(), help: None }
    }

    fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The values a template can use, by name.
#[derive(Clone, Debug, Default)]
pub struct Context {
    values: BTreeMap<String, Value>,
}

impl Context {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a name.
    pub fn set(&mut self, name: &str, value: &Json) {
        self.values.insert(name.to_owned(), from_json(value));
    }

    /// The context with one more name.
    #[must_use]
    pub fn with(mut self, name: &str, value: &Json) -> Self {
        self.set(name, value);
        self
    }

    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<Json> {
        to_json(self.values.get(name)?).ok()
    }

    /// Puts some names of another context below one name.
    pub fn nest(&mut self, name: &str, inner: &Self, names: &[String]) {
        let values = names.iter().filter_map(|name| Some((name.clone(), inner.values.get(name)?.clone())));
        let values: BTreeMap<String, Value> = values.collect();
        self.values.insert(name.to_owned(), Value::from(values));
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    fn root(&self) -> Value {
        Value::from(self.values.clone())
    }
}

/// The template engine.
#[derive(Clone, Debug)]
pub struct Renderer {
    environment: Environment<'static>,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// An engine with the delimiters `[[ ]]`, `[% %]` and `[# #]`.
    pub fn new() -> Self {
        let mut environment = Environment::new();
        let mut syntax = SyntaxConfig::builder();
        syntax.variable_delimiters("[[", "]]").block_delimiters("[%", "%]").comment_delimiters("[#", "#]");
        syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true);
        // The delimiters are constants that the engine accepts; were they refused, its own would stay.
        if let Ok(syntax) = syntax.build() {
            environment.set_syntax(syntax);
        }
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        environment.set_debug(true);
        environment.set_formatter(|out, _, value| Ok(out.write_str(&as_text(value)?)?));
        filters::install(&mut environment);
        Self { environment }
    }

    /// Evaluates an expression without delimiters.
    pub fn expression(&self, source: &str, context: &Context) -> Result<Json, TemplateError> {
        let expression = self.compile_expression(source)?;
        self.check_names(source, &expression.undeclared_variables(true), context)?;
        let value = expression.eval(context.root()).map_err(|error| describe(&error, source))?;
        to_json(&value).map_err(|error| TemplateError::new(Span::new(0, source.len()), error))
    }

    /// Evaluates an expression as a condition: whatever is not empty, zero, false or none holds.
    pub fn condition(&self, source: &str, context: &Context) -> Result<bool, TemplateError> {
        let value = self.expression(source, context)?;
        Ok(from_json(&value).is_true())
    }

    /// Renders a template to text.
    pub fn text(&self, source: &str, context: &Context) -> Result<String, TemplateError> {
        self.render(&self.environment, source, context)
    }

    /// Renders a field: if the whole of it is one expression, its value with its type; else text.
    pub fn field(&self, source: &str, context: &Context) -> Result<Json, TemplateError> {
        let trimmed = source.trim();
        let inner = trimmed.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
        if let Some(inner) = inner.filter(|inner| self.compile_expression(inner).is_ok()) {
            let offset = source.find("[[").unwrap_or_default() + 2;
            return self.expression(inner, context).map_err(|error| shift(error, offset));
        }
        self.text(source, context).map(Json::String)
    }

    /// Renders a YAML file. Text cannot break out of its place: see [`yaml`].
    pub fn yaml(&self, source: &str, context: &Context) -> Result<String, TemplateError> {
        yaml::render(self, source, context)
    }

    /// Reads a template without running it: that it parses, and that it uses known names only.
    pub fn check(&self, source: &str, context: &Context) -> Result<(), TemplateError> {
        let template = parse(&self.environment, source)?;
        self.check_names(source, &template.undeclared_variables(true), context)
    }

    /// Reads an expression without running it, likewise.
    pub fn check_expression(&self, source: &str, context: &Context) -> Result<(), TemplateError> {
        let expression = self.compile_expression(source)?;
        self.check_names(source, &expression.undeclared_variables(true), context)
    }

    /// The names that a template or expression takes from its context, nested ones with dots. None if it does not parse.
    pub fn names_used(&self, source: &str, is_expression: bool) -> Vec<String> {
        let mut names: Vec<String> = if is_expression {
            let compiled = self.compile_expression(source);
            compiled.map(|expression| expression.undeclared_variables(true)).unwrap_or_default().into_iter().collect()
        } else {
            let compiled = parse(&self.environment, source);
            compiled.map(|template| template.undeclared_variables(true)).unwrap_or_default().into_iter().collect()
        };
        names.sort();
        names
    }

    fn compile_expression<'s>(&self, source: &'s str) -> Result<Expression<'_, 's>, TemplateError> {
        bound::expression(source)?;
        self.environment.compile_expression(source).map_err(|error| describe(&error, source))
    }

    fn render(&self, environment: &Environment<'_>, source: &str, context: &Context) -> Result<String, TemplateError> {
        let template = parse(environment, source)?;
        self.check_names(source, &template.undeclared_variables(true), context)?;
        let mut output = Limited { bytes: Vec::new() };
        template.render_captured_to(context.root(), &mut output).map_err(|error| describe(&error, source))?;
        String::from_utf8(output.bytes)
            .map_err(|_| TemplateError::new(Span::at(0), "the template gives text that is not UTF-8"))
    }

    /// Refuses names that the context does not have. A comparison with a misspelt name would else be silently false.
    fn check_names(
        &self,
        source: &str,
        used: &std::collections::HashSet<String>,
        context: &Context,
    ) -> Result<(), TemplateError> {
        let mut used: Vec<&String> = used.iter().collect();
        used.sort();
        let globals: Vec<&str> = self.environment.globals().map(|(name, _)| name).collect();
        for name in used {
            let mut steps = name.split('.');
            let first = steps.next().unwrap_or_default();
            let Some(value) = context.values.get(first) else {
                if globals.contains(&first) {
                    continue;
                }
                return Err(unknown(source, name, first, context.names()));
            };
            check_steps(source, name, value, steps)?;
        }
        Ok(())
    }
}

fn parse<'e>(environment: &'e Environment<'_>, source: &'e str) -> Result<Template<'e, 'e>, TemplateError> {
    bound::template(source)?;
    environment.template_from_str(source).map_err(|error| describe(&error, source))
}

fn check_steps<'a>(
    source: &str,
    name: &str,
    value: &Value,
    steps: impl Iterator<Item = &'a str>,
) -> Result<(), TemplateError> {
    let mut value = value.clone();
    for step in steps {
        if value.kind() != minijinja::value::ValueKind::Map {
            break;
        }
        let keys: Vec<String> =
            value.try_iter().map(|keys| keys.map(|key| key.to_string()).collect()).unwrap_or_default();
        if !keys.iter().any(|key| key == step) {
            return Err(unknown(source, name, step, keys.iter().map(String::as_str)));
        }
        value = value.get_attr(step).unwrap_or_default();
    }
    Ok(())
}

fn unknown<'a>(source: &str, name: &str, step: &str, known: impl Iterator<Item = &'a str>) -> TemplateError {
    let place = find_word(source, name).or_else(|| find_word(source, step)).unwrap_or(Span::new(0, source.len()));
    let known: Vec<&str> = known.collect();
    let error = TemplateError::new(place, format!("`{name}` is not defined"));
    match nearest(step, known.iter().copied()) {
        Some(near) => error.with_help(format!("did you mean `{near}`?")),
        None => error.with_help(format!("defined here: {}", known.join(", "))),
    }
}

fn find_word(source: &str, word: &str) -> Option<Span> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    source.match_indices(word).find_map(|(start, _)| {
        let end = start + word.len();
        let clear = !source[..start].ends_with(part) && !source[end..].starts_with(part);
        clear.then(|| Span::new(start, end))
    })
}

fn shift(mut error: TemplateError, offset: usize) -> TemplateError {
    error.span = Span::new(error.span.start as usize + offset, error.span.end as usize + offset);
    error
}

/// A value as YAML in block style.
pub(super) fn as_block(value: &Json) -> String {
    if print::fits_flow(value) { print::flow(value) } else { print::block(value, 0) }
}

/// A list with each item on lines of its own.
pub(super) fn as_items(value: &Json) -> String {
    print::block(value, 0).trim_matches('\n').to_owned()
}

/// Says in our words what the engine says in its own.
fn describe(error: &Error, source: &str) -> TemplateError {
    let span = error.range().map_or(Span::new(0, source.len()), |range| Span::new(range.start, range.end));
    let text = source.get(span.range()).unwrap_or_default().trim();
    match error.kind() {
        ErrorKind::OutOfFuel => TemplateError::new(span, format!("the template takes more than {FUEL} steps"))
            .with_help("look for a loop over a large range"),
        ErrorKind::WriteFailure => {
            TemplateError::new(Span::at(0), format!("the template gives more than {MAX_OUTPUT} bytes"))
        }
        ErrorKind::UndefinedError => TemplateError::new(span, format!("`{text}` is not defined")),
        _ => {
            let detail = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
            TemplateError::new(span, detail.trim_end_matches('.').to_owned())
        }
    }
}

/// The text of a scalar value; lists and mappings have none.
fn as_text(value: &Value) -> Result<String, Error> {
    use minijinja::value::ValueKind as Kind;
    match value.kind() {
        Kind::Undefined => Err(Error::from(ErrorKind::UndefinedError)),
        Kind::None => Err(Error::new(ErrorKind::InvalidOperation, "the value is none and cannot be part of a text")),
        // The engine prints booleans as Python does.
        Kind::Bool => Ok(value.is_true().to_string()),
        Kind::String | Kind::Number => Ok(value.to_string()),
        Kind::Map => Err(not_text("a mapping")),
        _ => Err(not_text("a list")),
    }
}

fn not_text(what: &str) -> Error {
    Error::new(ErrorKind::InvalidOperation, format!("{what} cannot be part of a text"))
}

fn from_json(value: &Json) -> Value {
    match value {
        Json::Null => Value::from(()),
        Json::Bool(value) => Value::from(*value),
        Json::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => Value::from(number),
            (None, Some(number)) => Value::from(number),
            (None, None) => Value::from(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::from(text.as_str()),
        Json::Array(items) => items.iter().map(from_json).collect(),
        Json::Object(entries) => Value::from_pairs(entries.iter().map(|(key, value)| (key.as_str(), from_json(value)))),
    }
}

fn to_json(value: &Value) -> Result<Json, String> {
    if value.is_undefined() {
        return Ok(Json::Null);
    }
    serde_json::to_value(value).map_err(|error| error.to_string())
}

/// A buffer that refuses to grow beyond the limit.
struct Limited {
    bytes: Vec<u8>,
}

impl Write for &mut Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::Error::other("too much output"));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
