//! The functions of templates, by what they are about.
//!
//! Owns the table and how arguments are read. What needs the environment, the network, the time or chance is refused by [`refused`]. Must not know syntax.

pub(super) mod dates;
mod defaults;
mod dicts;
mod encoding;
mod go;
mod json;
mod lists;
mod math;
pub(super) mod names;
mod paths;
mod refused;
mod regexes;
pub(super) mod semver;
mod strings;
mod types;
mod words;

use smol_str::SmolStr;

use super::{
    Options,
    data::{Data, Dict},
};

/// What a function does. An error is half a sentence.
pub type Call = fn(&mut Arguments) -> Result<Data, String>;

/// A function of templates.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// The fewest arguments it takes.
    pub least: usize,
    /// The most, if there is a bound.
    pub most: Option<usize>,
    /// What it does.
    pub call: Call,
}

/// Functions that belong together.
pub type Group = &'static [Function];

/// sprig's functions, and those for YAML and names that GitOps controllers add.
pub(super) const SPRIG: &[Group] = &[
    dates::FUNCTIONS,
    defaults::FUNCTIONS,
    dicts::FUNCTIONS,
    encoding::FUNCTIONS,
    json::FUNCTIONS,
    lists::FUNCTIONS,
    math::FUNCTIONS,
    names::FUNCTIONS,
    paths::FUNCTIONS,
    refused::FUNCTIONS,
    regexes::FUNCTIONS,
    semver::FUNCTIONS,
    strings::FUNCTIONS,
    types::FUNCTIONS,
    words::FUNCTIONS,
];

/// A function that takes this many arguments.
pub const fn exactly(name: &'static str, count: usize, call: Call) -> Function {
    Function { name, least: count, most: Some(count), call }
}

/// A function that takes this many arguments or more.
pub const fn at_least(name: &'static str, least: usize, call: Call) -> Function {
    Function { name, least, most: None, call }
}

/// A function that takes so many to so many arguments.
pub const fn between(name: &'static str, least: usize, most: usize, call: Call) -> Function {
    Function { name, least, most: Some(most), call }
}

/// The function of this name: the last of the groups that has one, or Go's own.
pub(super) fn find(name: &str, options: &Options) -> Option<&'static Function> {
    let groups = options.functions.iter().rev().copied().chain([go::FUNCTIONS]);
    groups.into_iter().flatten().find(|function| function.name == name)
}

/// The arguments of a call. Functions with typed arguments in Go refuse what Go refuses: an `int64` or a `float64` is no `int`.
#[derive(Debug)]
pub struct Arguments {
    values: Vec<Data>,
    /// Which of them are no value at all, which Go takes for a nil mapping where it needs one.
    absent: Vec<bool>,
    max: usize,
    fuel: u64,
}

impl Arguments {
    pub(super) fn new(mut values: Vec<Data>, max: usize, fuel: u64) -> Self {
        let absent = values.iter().map(|value| matches!(value, Data::Missing)).collect();
        // A function is handed nil where there is no value.
        values.iter_mut().filter(|value| matches!(value, Data::Missing)).for_each(|value| *value = Data::Nil);
        Self { values, absent, max, fuel }
    }

    pub(super) fn fuel_left(&self) -> u64 {
        self.fuel
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// All of them.
    pub fn all(&self) -> &[Data] {
        &self.values
    }

    /// Those from this one on.
    pub fn from(&self, first: usize) -> &[Data] {
        self.values.get(first..).unwrap_or_default()
    }

    /// One of them, whatever it is.
    pub fn any(&self, index: usize) -> Data {
        self.values.get(index).cloned().unwrap_or_default()
    }

    fn wrong<T>(&self, index: usize, wanted: &str) -> Result<T, String> {
        let found = self.values.get(index).map_or("nothing", Data::type_name);
        Err(format!("argument {} must be a {wanted}, not {found}", index + 1))
    }

    /// A `string`.
    pub fn string(&self, index: usize) -> Result<SmolStr, String> {
        if let Some(Data::Str(text)) = self.values.get(index) { Ok(text.clone()) } else { self.wrong(index, "string") }
    }

    /// An `int`.
    pub fn int(&self, index: usize) -> Result<i64, String> {
        if let Some(Data::Int(int)) = self.values.get(index) { Ok(*int) } else { self.wrong(index, "int") }
    }

    /// A `bool`.
    pub fn bool(&self, index: usize) -> Result<bool, String> {
        if let Some(Data::Bool(truth)) = self.values.get(index) { Ok(*truth) } else { self.wrong(index, "bool") }
    }

    /// A mapping.
    pub fn dict(&self, index: usize) -> Result<Dict, String> {
        match self.values.get(index) {
            Some(Data::Map(dict)) => Ok(dict.clone()),
            _ if self.absent.get(index) == Some(&true) => Ok(Dict::default()),
            _ => self.wrong(index, "map[string]interface {}"),
        }
    }

    /// The items of a list.
    pub fn items(&self, index: usize) -> Result<&[Data], String> {
        if let Some(Data::List(list)) = self.values.get(index) { Ok(list.items()) } else { self.wrong(index, "list") }
    }

    /// The bytes that a result may have.
    pub fn max(&self) -> usize {
        self.max
    }

    /// Counts work beyond that of one call.
    pub fn spend(&mut self, steps: usize) -> Result<(), String> {
        let left = self.fuel.checked_sub(steps as u64);
        self.fuel = left.unwrap_or(0);
        left.map(|_| ()).ok_or_else(|| "the template takes too many steps".to_owned())
    }

    /// Counts the bytes of a result before it is made.
    pub fn reserve(&mut self, bytes: usize) -> Result<(), String> {
        if bytes > self.max {
            return Err(format!("the result would have more than {} bytes", self.max));
        }
        self.spend(bytes / 64)
    }

    /// A value as text: strings as they are, everything else as `%v` prints it.
    pub fn text_of(&self, value: &Data) -> Result<SmolStr, String> {
        match value {
            Data::Str(text) => Ok(text.clone()),
            other => super::print::plain(other, self.max).map(SmolStr::from),
        }
    }
}

/// Whether two values are the same in type and content.
pub(super) fn deep_equal(a: &Data, b: &Data, arguments: &mut Arguments, depth: usize) -> Result<bool, String> {
    arguments.spend(1)?;
    if depth > super::print::MAX_DEPTH {
        return Err("the value nests too deeply".to_owned());
    }
    Ok(match (a, b) {
        (Data::Missing | Data::Nil, Data::Missing | Data::Nil) => true,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a), Data::Int(b)) | (Data::Int64(a), Data::Int64(b)) => a == b,
        #[expect(clippy::float_cmp, reason = "Go compares them so")]
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Str(a), Data::Str(b)) => a == b,
        (Data::List(a), Data::List(b)) => {
            if a.items().len() != b.items().len() || a.is_strings() != b.is_strings() {
                return Ok(false);
            }
            for (a, b) in a.items().iter().zip(b.items()) {
                if !deep_equal(a, b, arguments, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Map(a), Data::Map(b)) => {
            if a.len() != b.len() {
                return Ok(false);
            }
            for ((key, a), (other, b)) in a.entries().iter().zip(b.entries()) {
                if *key != other || !deep_equal(a, &b, arguments, depth + 1)? {
                    return Ok(false);
                }
            }
            true
        }
        (Data::Time(a), Data::Time(b)) => a == b,
        (Data::Duration(a), Data::Duration(b)) => a == b,
        (Data::Version(a), Data::Version(b)) => a == b,
        _ => false,
    })
}
