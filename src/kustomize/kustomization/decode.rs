//! Reading typed fields out of a configuration.
//!
//! Follows the Go decoder that kustomize uses: field names match in any case, and null is the same as absent. It is strict about the names and types in a
//! kustomization; in the configuration of a plugin, which other transformers may have changed on its way, it passes over what it does not know and makes
//! strings of numbers and booleans. Must not know the fields of a kustomization.

use smol_str::SmolStr;

use super::{
    super::{
        file::Files,
        problem::{Problem, ProblemKind},
        spot::Spot,
    },
    Inline, Pairs, Text,
    item::Item,
};
use crate::{
    text::nearest,
    yaml::{Kind, Type, Value},
};

pub(in super::super) type Result<T> = std::result::Result<T, Box<Problem>>;

/// What becomes of fields of a kustomization that kustomize does not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownFields {
    /// They are an error, as for kustomize itself.
    Refuse,
    /// They are passed over, as by those that read a kustomization into types of their own and write it again.
    Drop,
}

/// The fields of one mapping, names checked where kustomize checks them.
#[derive(Clone, Copy)]
pub(in super::super) struct Fields<'a> {
    files: &'a Files,
    item: Item<'a>,
    spot: Spot,
    /// Whether wrong types are refused, and unknown fields if they are not dropped.
    strict: bool,
    /// What becomes of unknown fields.
    unknown: UnknownFields,
    /// Whether numbers and booleans become strings where strings are wanted.
    converts: bool,
}

impl<'a> Fields<'a> {
    /// Opens a mapping that is read strictly; `what` names it in messages. What of it was written nowhere counts as standing at `spot`.
    pub(in super::super) fn strict(
        files: &'a Files,
        item: Item<'a>,
        spot: Spot,
        what: &str,
        known: &[&str],
    ) -> Result<Self> {
        Self { files, item, spot, strict: true, unknown: UnknownFields::Refuse, converts: false }
            .item(item, what, known)
    }

    /// The same, but unknown fields are passed over, here and below.
    pub(in super::super) fn dropping(files: &'a Files, item: Item<'a>, spot: Spot, what: &str) -> Result<Self> {
        Self { files, item, spot, strict: true, unknown: UnknownFields::Drop, converts: false }.item(item, what, &[])
    }

    /// Opens the configuration of a plugin that counts as standing at `spot`; `what` names it in messages. A null is an empty mapping.
    pub(in super::super) fn plugin(files: &'a Files, value: &'a Value, spot: Spot, what: &str) -> Result<Self> {
        let item = Item::Given(value);
        Self { files, item, spot, strict: false, unknown: UnknownFields::Drop, converts: true }.item(item, what, &[])
    }

    /// Opens an item of a list in this mapping.
    pub(in super::super) fn item(&self, item: Item<'a>, what: &str, known: &[&str]) -> Result<Self> {
        let fields = Self { item, spot: self.spot_of(item), ..*self };
        if !item.is_null() && item.kind() != Kind::Mapping {
            return Err(fields.wrong_type(item, what, "a mapping"));
        }
        if self.unknown == UnknownFields::Refuse {
            for (key, value) in item.entries() {
                if !known.iter().any(|name| name.eq_ignore_ascii_case(key)) {
                    return Err(fields.unknown_field(fields.spot_of_key(key, value), key, what, known));
                }
            }
        }
        Ok(fields)
    }

    /// The same fields, of which none is converted. What kustomize embeds in the types of plugins is out of reach of its conversion.
    pub(in super::super) fn embedded(&self) -> Self {
        Self { converts: false, ..*self }
    }

    /// The value of a field, null as absent.
    pub(in super::super) fn get(&self, name: &str) -> Option<Item<'a>> {
        self.item.get(name).filter(|value| !value.is_null())
    }

    pub(in super::super) fn text(&self, name: &str) -> Result<Option<Text>> {
        let value = self.get(name).map(|node| self.as_text(node, name)).transpose()?;
        Ok(value.filter(|value| !value.text.is_empty()))
    }

    /// The text of a field, empty if it is absent.
    pub(in super::super) fn string(&self, name: &str) -> Result<SmolStr> {
        Ok(self.text(name)?.map(|text| text.text).unwrap_or_default())
    }

    pub(in super::super) fn bool(&self, name: &str) -> Result<bool> {
        self.get(name)
            .map_or(Ok(false), |node| node.as_bool().ok_or_else(|| self.wrong_type(node, name, "true or false")))
    }

    /// An integer that is written as a number.
    pub(in super::super) fn integer(&self, name: &str) -> Result<Option<i64>> {
        let fits = |item: Item<'_>| !self.strict || item.scalar_type() == Some(Type::Int);
        let integer = |item: Item<'_>| item.as_integer().filter(|_| fits(item));
        self.get(name).map(|item| integer(item).ok_or_else(|| self.wrong_type(item, name, "an integer"))).transpose()
    }

    /// The items of a list.
    pub(in super::super) fn items(&self, name: &str) -> Result<Vec<Item<'a>>> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(item) if item.kind() == Kind::Sequence => Ok(item.items()),
            Some(item) => Err(self.wrong_type(item, name, "a list")),
        }
    }

    /// A list of strings.
    pub(in super::super) fn texts(&self, name: &str) -> Result<Vec<Text>> {
        exact(self.items(name)?.into_iter().map(|node| self.as_text(node, name)))
    }

    /// A mapping of strings, sorted by key.
    pub(in super::super) fn pairs(&self, name: &str) -> Result<Pairs> {
        let Some(item) = self.get(name) else { return Ok(Vec::new()) };
        if item.kind() != Kind::Mapping {
            return Err(self.wrong_type(item, name, "a mapping"));
        }
        let mut pairs = Vec::new();
        for (key, value) in item.entries() {
            pairs.push((key.into(), self.as_text(value.follow(), &format!("{name}.{key}"))?));
        }
        // A repeated key keeps its last value: the sort is stable, and the last of equal keys stays.
        pairs.sort_by(|(a, _): &(SmolStr, Text), (b, _)| a.cmp(b));
        pairs.reverse();
        pairs.dedup_by(|(a, _), (b, _)| a == b);
        pairs.reverse();
        Ok(pairs)
    }

    /// Opens the mapping below a field.
    pub(in super::super) fn fields(&self, name: &str, known: &[&str]) -> Result<Option<Self>> {
        self.get(name).map(|item| self.item(item, name, known)).transpose()
    }

    /// Opens the mapping below a field of the configuration of a plugin; an absent one is empty.
    pub(in super::super) fn section(&self, name: &str) -> Result<Self> {
        Ok(self.fields(name, &[])?.unwrap_or(Self { item: Item::nothing(), ..*self }))
    }

    pub(in super::super) fn invalid(&self, spot: Spot, message: impl Into<String>) -> Box<Problem> {
        Problem::new(ProblemKind::InvalidKustomization, self.files.mark(spot, ""), message)
    }

    /// Whether they are read as strictly as those of a kustomization.
    pub(super) fn is_strict(&self) -> bool {
        self.strict
    }

    /// The files of the session.
    pub(in super::super) fn files(&self) -> &'a Files {
        self.files
    }

    /// Where the mapping stands.
    pub(in super::super) fn spot(&self) -> Spot {
        self.spot
    }

    /// Where an item of this mapping stands; what was written nowhere counts as standing where the mapping does.
    pub(super) fn spot_of(&self, item: Item<'_>) -> Spot {
        match item {
            Item::Written(node) => Spot { file: self.spot.file, span: node.span() },
            Item::Given(value) => self.files.spot(value.origin).unwrap_or(self.spot),
        }
    }

    /// Where the key of an item of this mapping stands.
    fn spot_of_key(&self, key: &str, value: Item<'_>) -> Spot {
        value
            .written(self.files, |node| {
                let entry = node.own_entry().filter(|entry| entry.key.text() == Some(key))?;
                Some(Spot { span: entry.key.span(), ..self.spot_of(value) })
            })
            .unwrap_or_else(|| self.spot_of(value))
    }

    pub(in super::super) fn as_text(&self, item: Item<'_>, name: &str) -> Result<Text> {
        let is_string = !matches!(item.scalar_type(), Some(Type::Bool | Type::Int | Type::Float));
        let is_bool = || self.strict && item.is_old_bool(self.files);
        match item.as_string().filter(|_| self.converts || (is_string && !is_bool())) {
            Some(text) => Ok(Text { text, spot: self.spot_of(item) }),
            None => Err(self.wrong_type(item, name, "a string")),
        }
    }

    /// A text that may hold YAML itself.
    pub(in super::super) fn as_inline(&self, item: Item<'_>, name: &str) -> Result<Inline> {
        let text = self.as_text(item, name)?;
        let translation = item.translation(self.files, text.spot.span);
        Ok(Inline { text, translation })
    }

    /// A field whose text may hold YAML; an empty text is none.
    pub(in super::super) fn inline(&self, name: &str) -> Result<Option<Inline>> {
        let inline = self.get(name).map(|item| self.as_inline(item, name)).transpose()?;
        Ok(inline.filter(|inline| !inline.text.text.is_empty()))
    }

    pub(in super::super) fn wrong_type(&self, item: Item<'_>, name: &str, wanted: &str) -> Box<Problem> {
        let found = match (item.kind(), item.scalar_type()) {
            (Kind::Scalar, Some(Type::Bool)) => "a boolean",
            (Kind::Scalar, Some(Type::Int | Type::Float)) => "a number",
            (Kind::Scalar, _) if wanted == "a string" => "a boolean",
            (Kind::Scalar, _) => "a string",
            (Kind::Mapping, _) => "a mapping",
            (Kind::Sequence, _) => "a list",
        };
        let label = self.files.mark(self.spot_of(item), format!("this is {found}"));
        let name = if name.contains(' ') { name.to_owned() } else { format!("`{name}`") };
        let whole = self.whole();
        let message = format!("invalid {whole}: {name} must be {wanted}, not {found}");
        let problem = Problem::new(ProblemKind::InvalidKustomization, label, message);
        if wanted == "a string" && item.kind() == Kind::Scalar { problem.help("put it in quotes") } else { problem }
    }

    /// What the mapping is a part of.
    fn whole(&self) -> &'static str {
        if self.strict { "Kustomization" } else { "plugin configuration" }
    }

    fn unknown_field(&self, spot: Spot, name: &str, what: &str, known: &[&str]) -> Box<Problem> {
        let problem = self.invalid(spot, format!("invalid {}: unknown field `{name}` in {what}", self.whole()));
        // `tag` for `newTag`, `prefix` for `namePrefix`: too far for the edit distance, but surely meant.
        let ends_so = |field: &&str| field.to_ascii_lowercase().ends_with(&name.to_ascii_lowercase());
        let ending = || known.iter().copied().find(ends_so).filter(|_| name.len() > 2);
        match nearest(name, known.iter().copied()).or_else(ending) {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        }
    }
}

/// A list with room for its items and no more: most have one or two, and they are kept for long.
pub(in super::super) fn exact<T>(items: impl ExactSizeIterator<Item = Result<T>>) -> Result<Vec<T>> {
    let mut list = Vec::with_capacity(items.len());
    for item in items {
        list.push(item?);
    }
    Ok(list)
}
