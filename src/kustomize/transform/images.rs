//! `images`: other names, tags and digests for container images.
//!
//! Must not know which kinds have containers: besides the known fields, every list called `containers` or `initContainers` is looked at, as kustomize does.

use regex::Regex;

use super::{
    Result, each,
    field::{self, FieldError},
    set_text,
};
use crate::{
    kustomize::{
        accumulate::Accumulation,
        field_spec::{FieldSpec, Leaf},
        kustomization::Image,
        problem::{Problem, ProblemKind},
        resource::Resource,
    },
    yaml::{Content, Origin, Value},
};

/// Changes an image wherever it is used: in all lists of containers, and in the fields that the specs name.
pub(in super::super) fn apply(accumulation: &mut Accumulation<'_>, image: &Image, specs: &[FieldSpec]) -> Result {
    // The name is a pattern, dots and all, in kustomize too.
    let pattern = format!("^{}(:[a-zA-Z0-9_.{{}}-]*)?(@sha256:[a-zA-Z0-9_.{{}}-]*)?$", image.name);
    let Ok(pattern) = Regex::new(&pattern) else {
        let message = format!("the image name `{}` is not a valid pattern", image.name);
        let label = accumulation.label(image.spot, "");
        return accumulation.tolerate(Err(Problem::new(ProblemKind::TransformerFails, label, message)));
    };
    let origin = image.spot.origin();
    let change = Change { image, specs, pattern, origin };
    each(accumulation, image.spot, |resource| change.apply(resource))
}

struct Change<'a> {
    image: &'a Image,
    specs: &'a [FieldSpec],
    pattern: Regex,
    origin: Origin,
}

impl Change<'_> {
    fn apply(&self, resource: &mut Resource) -> std::result::Result<(), FieldError> {
        if resource.id().gvk.kind == "CustomResourceDefinition" {
            return Ok(());
        }
        let gvk = resource.id().gvk.clone();
        resource.change(|object| {
            self.walk(object).map_err(|error| error.on("containers"))?;
            field::change(object, &gvk, self.specs, Leaf::Nothing, &mut |field| self.set(field))
        })
    }

    /// Looks at every list of containers, wherever it is. (The depth of a value is capped by the parser.)
    fn walk(&self, value: &mut Value) -> std::result::Result<(), FieldError> {
        match &mut value.content {
            Content::Scalar(_) => Ok(()),
            Content::Sequence(items) => items.iter_mut().try_for_each(|item| self.walk(item)),
            Content::Mapping(mapping) => mapping.iter_mut().try_for_each(|(key, value)| {
                self.walk(value)?;
                if matches!(key.as_str(), "containers" | "initContainers") { self.containers(value) } else { Ok(()) }
            }),
        }
    }

    fn containers(&self, value: &mut Value) -> std::result::Result<(), FieldError> {
        let Content::Sequence(containers) = &mut value.content else { return Ok(()) };
        for container in containers.iter_mut().filter(|container| !container.is_null()) {
            if let Some(image) = field::mapping(container)?.get_mut("image") {
                self.set(image)?;
            }
        }
        Ok(())
    }

    fn set(&self, value: &mut Value) -> std::result::Result<(), FieldError> {
        let text = field::text(value)?;
        if !self.pattern.is_match(text) {
            return Ok(());
        }
        let (name, tag, digest) = split(text);
        let name = if self.image.new_name.is_empty() { name } else { &self.image.new_name };
        let (new_tag, new_digest) = (self.image.new_tag.as_str(), self.image.digest.as_str());
        let (tag, digest) = match (new_tag.is_empty(), new_digest.is_empty()) {
            (false, _) => (new_tag.to_owned(), new_digest),
            (true, false) => (String::new(), new_digest),
            (true, true) if !self.image.tag_suffix.is_empty() => (format!("{tag}{}", self.image.tag_suffix), ""),
            (true, true) => (tag.to_owned(), digest),
        };
        let mut image = name.to_owned();
        for (mark, part) in [(':', tag.as_str()), ('@', digest)] {
            if !part.is_empty() {
                image.push(mark);
                image.push_str(part);
            }
        }
        if image != text {
            set_text(value, image);
            value.origin = self.origin;
        }
        Ok(())
    }
}

/// Name, tag and digest of an image. A colon before the first slash belongs to a port.
fn split(image: &str) -> (&str, &str, &str) {
    let host = image.find('/').unwrap_or_default();
    let at = image.get(host..).and_then(|rest| rest.find('@')).map(|at| at + host);
    let colon = image.get(host..).and_then(|rest| rest.find(':')).map(|colon| colon + host);
    let part = |from: usize, to: usize| image.get(from..to).unwrap_or_default();
    match (colon, at) {
        (None, None) => (image, "", ""),
        (None, Some(at)) => (part(0, at), "", part(at + 1, image.len())),
        (Some(colon), Some(at)) if at < colon => (part(0, at), "", part(at + 1, image.len())),
        (Some(colon), Some(at)) => (part(0, colon), part(colon + 1, at), part(at + 1, image.len())),
        (Some(colon), None) => (part(0, colon), part(colon + 1, image.len()), ""),
    }
}
