//! From the validator's errors to faults in words.
//!
//! The one file that knows the validator's kinds of errors. Must not know texts and spans.

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Error},
};
use serde_json::Value;

use super::{
    compiled::Schema,
    fault::{Fault, FaultKind},
    format, words,
};
use crate::{
    text::nearest,
    yaml::{Route, Step},
};

/// The faults that one error of the validator stands for: one for each unknown key, those of the branch that was meant for alternatives, else one.
/// `place` is where the whole value stands.
pub(super) fn faults(error: &ValidationError<'_>, schema: &Schema, place: &Route, root: &Value) -> Vec<Fault> {
    if schema.leaves_open() && is_not_yet_known(error.instance()) {
        return Vec::new();
    }
    let route = route(place, error.instance_path().as_str(), root);
    let translator = Translator { error, schema, place, root, route };
    match error.kind() {
        Error::AdditionalProperties { unexpected } | Error::UnevaluatedProperties { unexpected } => {
            unexpected.iter().filter_map(|name| translator.unknown(name)).collect()
        }
        Error::AnyOf { context } | Error::OneOfNotValid { context } => translator.alternatives(context),
        Error::PropertyNames { error } => translator.property_name(error),
        _ => vec![translator.single()],
    }
}

/// Whether the value is decided later: encrypted by `sops`, substituted by Flux, by kustomize's `vars`, or by what fetches secrets (the Vault plugin of Argo CD, 1Password,
/// templates of policies); or what stands for such a value once it is rendered.
pub(super) fn is_not_yet_known(value: &Value) -> bool {
    const MARKS: [&str; 8] = ["${", "$(", "{{", "op://", "<path:", "<encrypted:", ":from-secret-", ":from-configmap-"];
    value.as_str().is_some_and(|text| text.starts_with("ENC[") || MARKS.iter().any(|mark| text.contains(mark)))
}

/// A JSON Pointer of the validator as a route in a value: numbers are keys where the value has a mapping.
fn route(place: &Route, pointer: &str, root: &Value) -> Route {
    let mut steps = place.steps().to_vec();
    let mut value = Some(root);
    for part in pointer.split('/').skip(1) {
        let name = part.replace("~1", "/").replace("~0", "~");
        let index = value.and_then(Value::as_array).and_then(|_| name.parse::<usize>().ok());
        value = match index {
            Some(index) => value.and_then(|value| value.get(index)),
            None => value.and_then(|value| value.get(&name)),
        };
        steps.push(index.map_or_else(|| Step::Key(name.into()), Step::Index));
    }
    steps.into_iter().collect()
}

/// The value at the end of a route.
fn find<'v>(root: &'v Value, steps: &[Step]) -> Option<&'v Value> {
    steps.iter().try_fold(root, |value, step| match step {
        Step::Key(key) => value.get(key.as_str()),
        Step::Index(index) => value.get(index),
    })
}

/// An error, the schema it comes from, and the whole value as it is written with its place.
struct Translator<'e> {
    error: &'e ValidationError<'e>,
    schema: &'e Schema,
    place: &'e Route,
    root: &'e Value,
    route: Route,
}

impl Translator<'_> {
    fn single(&self) -> Fault {
        match self.error.kind() {
            Error::Required { property } => self.missing(property),
            Error::Type { kind } => self.wrong_type(&type_names(kind)),
            Error::Enum { options } => self.not_allowed(options.as_array().map_or(&[], Vec::as_slice)),
            Error::Constant { expected_value } => self.not_allowed(std::slice::from_ref(expected_value)),
            Error::Pattern { pattern } => self.must(FaultKind::Pattern, &words::pattern(pattern), &self.found(), ""),
            Error::Format { format } => {
                self.must(FaultKind::Pattern, &format!("be {}", format::words(format)), &self.found(), "")
            }
            Error::Not { .. } => {
                let subject = self.subject();
                let message = format!("{subject} must not be {}", self.found());
                let bare = format!("{subject} has a value that is not allowed here");
                Fault::quoting(self.route.clone(), FaultKind::Other, message, bare)
            }
            other => match (limit(other), self.error.instance().as_ref()) {
                (Some(demand), Value::Number(number)) => self.must(FaultKind::Range, &demand, &number.to_string(), ""),
                (Some(demand), _) => self.fault(FaultKind::Range, format!("{} must {demand}", self.subject())),
                (None, _) => self.fault(FaultKind::Other, self.other(other)),
            },
        }
    }

    fn fault(&self, kind: FaultKind, message: String) -> Fault {
        Fault::new(self.route.clone(), kind, message)
    }

    fn subject(&self) -> String {
        words::subject(&self.route, self.schema.kind())
    }

    /// "subject must demand, not what is found", with a hint behind it.
    fn must(&self, kind: FaultKind, demand: &str, found: &str, hint: &str) -> Fault {
        let demand = format!("{} must {demand}", self.subject());
        // A guess would tell what the value is like; that it lacks quotes may be said of any.
        let safe = if matches!(kind, FaultKind::Type { .. }) { hint } else { "" };
        let bare = format!("{demand}{safe}");
        Fault::quoting(self.route.clone(), kind, format!("{demand}, not {found}{hint}"), bare)
    }

    fn found(&self) -> String {
        words::found(self.error.instance())
    }

    fn unknown(&self, name: &str) -> Option<Fault> {
        let known = self.known_fields();
        let is_template = self.schema.leaves_open() && name.contains("${");
        if is_template || self.schema.folds_case() && known.iter().any(|field| field.eq_ignore_ascii_case(name)) {
            return None;
        }
        let nearest = nearest(name, known).map(str::to_owned);
        let message = words::unknown(name, &self.route, self.schema.kind()) + &words::guess(nearest.as_deref());
        Some(Fault::new(self.route.clone().key(name), FaultKind::UnknownField { nearest }, message))
    }

    /// The names beside the keyword that refused a key.
    fn known_fields(&self) -> Vec<&str> {
        let pointer = self.error.schema_path().as_str();
        let place = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let object = self.schema.as_json().pointer(place);
        let properties = object.and_then(|object| object.get("properties")).and_then(Value::as_object);
        properties.into_iter().flat_map(|properties| properties.keys().map(String::as_str)).collect()
    }

    fn missing(&self, property: &Value) -> Fault {
        let field = property.as_str().unwrap_or_default();
        let subject = words::subject(&self.route.clone().key(field), self.schema.kind());
        // The key may be there, without a value.
        let inner = self.route.steps().get(self.place.steps().len()..).unwrap_or_default();
        let has_key = find(self.root, inner).is_some_and(|object| object.get(field).is_some());
        let message = format!("{subject} {}", if has_key { "has no value" } else { "is missing" });
        self.fault(FaultKind::Missing { field: field.to_owned() }, message)
    }

    fn wrong_type(&self, names: &[String]) -> Fault {
        let mut expected: Vec<&str> = names.iter().map(|name| words::type_name(name)).collect();
        // An integer is a number.
        if expected.contains(&"a number") {
            expected.retain(|word| *word != "an integer");
        }
        let expected = words::alternatives(&expected);
        let found = self.found();
        let quote = match self.error.instance().as_ref() {
            Value::Number(_) | Value::Bool(_) if names == ["string"] => "; put it in quotes",
            _ => "",
        };
        let demand = format!("be {expected}");
        self.must(FaultKind::Type { expected, found: found.clone() }, &demand, &found, quote)
    }

    fn not_allowed(&self, options: &[Value]) -> Fault {
        let allowed: Vec<String> = options.iter().map(words::literal).collect();
        let value = self.error.instance();
        // Of two letters, half would have to change: that is no guess.
        let guessable = value.as_str().filter(|text| text.chars().nth(2).is_some());
        let nearest = guessable.and_then(|text| {
            let texts = options.iter().filter_map(Value::as_str);
            nearest(text, texts).map(str::to_owned)
        });
        // Where one value alone is allowed, it has been named already.
        let guess = words::guess(nearest.as_deref().filter(|_| allowed.len() > 1));
        let demand = format!("be {}", words::allowed(&allowed));
        self.must(FaultKind::Enum { allowed, nearest }, &demand, &self.found(), &guess)
    }

    /// The faults of the branch that was meant. A branch that refuses the type of the value itself was not; if one is left, its faults say more than that
    /// nothing fits.
    fn alternatives(&self, context: &[Vec<ValidationError<'static>>]) -> Vec<Fault> {
        let here = self.error.instance_path();
        let is_type =
            |error: &&ValidationError<'_>| error.instance_path() == here && matches!(error.kind(), Error::Type { .. });
        let meant: Vec<_> = context.iter().filter(|branch| !branch.iter().any(|error| is_type(&error))).collect();
        if let [branch] = meant[..] {
            return branch.iter().flat_map(|error| faults(error, self.schema, self.place, self.root)).collect();
        }
        if meant.is_empty() {
            let mut names: Vec<String> = Vec::new();
            for error in context.iter().flatten().filter(is_type) {
                if let Error::Type { kind } = error.kind() {
                    names.extend(type_names(kind).into_iter().filter(|name| !names.contains(name)).collect::<Vec<_>>());
                }
            }
            return vec![self.wrong_type(&names)];
        }
        let message = format!("{} fits none of the {} forms that are allowed here", self.subject(), context.len());
        vec![self.fault(FaultKind::Other, message)]
    }

    fn property_name(&self, error: &ValidationError<'_>) -> Vec<Fault> {
        let name = error.instance().as_str().unwrap_or_default();
        let demand = match error.kind() {
            Error::Pattern { pattern } => words::pattern(pattern),
            Error::Format { format } => format!("be {}", format::words(format)),
            other => limit(other).unwrap_or_else(|| "be another one".to_owned()),
        };
        let place = if self.route.steps().is_empty() { String::new() } else { format!(" of {}", self.subject()) };
        let message = format!("the key `{name}`{place} must {demand}");
        vec![Fault::new(self.route.clone().key(name), FaultKind::Key, message)]
    }

    fn other(&self, error: &Error) -> String {
        let subject = self.subject();
        match error {
            Error::FalseSchema => format!("{subject} is not allowed here"),
            Error::OneOfMultipleValid { .. } => {
                format!("{subject} fits several of the forms of which only one may fit")
            }
            Error::UniqueItems => format!("{subject} must not hold the same item twice"),
            Error::Contains => format!("{subject} lacks an item that must be there"),
            Error::AdditionalItems { limit } => {
                format!("{subject} must have at most {}", words::count(*limit as u64, "item"))
            }
            other => format!("{subject} breaks the rule `{}` of its schema", other.keyword()),
        }
    }
}

fn type_names(kind: &TypeKind) -> Vec<String> {
    match kind {
        TypeKind::Single(one) => vec![one.to_string()],
        TypeKind::Multiple(several) => several.iter().map(|one| one.to_string()).collect(),
    }
}

/// What a limit demands, completing "must …".
fn limit(error: &Error) -> Option<String> {
    Some(match error {
        Error::Minimum { limit } => format!("be at least {limit}"),
        Error::Maximum { limit } => format!("be at most {limit}"),
        Error::ExclusiveMinimum { limit } => format!("be greater than {limit}"),
        Error::ExclusiveMaximum { limit } => format!("be less than {limit}"),
        Error::MultipleOf { multiple_of } => format!("be a multiple of {multiple_of}"),
        Error::MinLength { limit: 1 } => "not be empty".to_owned(),
        Error::MinLength { limit } => format!("have at least {}", words::count(*limit, "character")),
        Error::MaxLength { limit } => format!("have at most {}", words::count(*limit, "character")),
        Error::MinItems { limit } => format!("have at least {}", words::count(*limit, "item")),
        Error::MaxItems { limit } => format!("have at most {}", words::count(*limit, "item")),
        Error::MinProperties { limit } => format!("have at least {}", words::count(*limit, "key")),
        Error::MaxProperties { limit } => format!("have at most {}", words::count(*limit, "key")),
        _ => return None,
    })
}
