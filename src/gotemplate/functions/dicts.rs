//! Mappings. `set`, `unset` and `merge` change the mapping itself, for everyone who holds it.

use smol_str::SmolStr;

use super::{Arguments, Group, at_least, exactly};
use crate::gotemplate::{
    data::{Data, Dict},
    print::MAX_DEPTH,
};

pub(super) const FUNCTIONS: Group = &[
    at_least("dict", 0, |arguments| {
        let mut entries: Vec<(SmolStr, Data)> = Vec::new();
        for pair in arguments.all().chunks(2) {
            let [key, rest @ ..] = pair else { continue };
            entries.push((arguments.text_of(key)?, rest.first().cloned().unwrap_or_else(|| "".into())));
        }
        Ok(Data::Map(entries.into_iter().collect()))
    }),
    exactly("get", 2, |arguments| Ok(arguments.dict(0)?.get(&arguments.string(1)?).unwrap_or_else(|| "".into()))),
    exactly("set", 3, |arguments| {
        let dict = changed(arguments)?;
        dict.set(arguments.string(1)?, arguments.any(2));
        Ok(Data::Map(dict))
    }),
    exactly("unset", 2, |arguments| {
        let dict = arguments.dict(0)?;
        dict.unset(&arguments.string(1)?);
        Ok(Data::Map(dict))
    }),
    exactly("hasKey", 2, |arguments| Ok(arguments.dict(0)?.get(&arguments.string(1)?).is_some().into())),
    at_least("pluck", 1, |arguments| {
        let key = arguments.string(0)?;
        let dicts = (1..arguments.len()).map(|index| arguments.dict(index)).collect::<Result<Vec<_>, _>>()?;
        Ok(Data::list(dicts.iter().filter_map(|dict| dict.get(&key)).collect()))
    }),
    // Go hands keys and values out in no order; here they are sorted.
    at_least("keys", 0, |arguments| {
        let dicts = (0..arguments.len()).map(|index| arguments.dict(index)).collect::<Result<Vec<_>, _>>()?;
        Ok(Data::strings(dicts.iter().flat_map(Dict::entries).map(|(key, _)| key)))
    }),
    exactly("values", 1, |arguments| {
        Ok(Data::list(arguments.dict(0)?.entries().into_iter().map(|(_, value)| value).collect()))
    }),
    at_least("pick", 1, |arguments| {
        let (dict, keys) = (arguments.dict(0)?, keys(arguments)?);
        let entries = keys.into_iter().filter_map(|key| dict.get(&key).map(|value| (key, value)));
        Ok(Data::Map(entries.collect()))
    }),
    at_least("omit", 1, |arguments| {
        let (dict, keys) = (arguments.dict(0)?, keys(arguments)?);
        Ok(Data::Map(dict.entries().into_iter().filter(|(key, _)| !keys.contains(key)).collect()))
    }),
    at_least("merge", 1, |arguments| merge(arguments, false)),
    at_least("mustMerge", 1, |arguments| merge(arguments, false)),
    at_least("mergeOverwrite", 1, |arguments| merge(arguments, true)),
    at_least("mustMergeOverwrite", 1, |arguments| merge(arguments, true)),
    at_least("dig", 3, dig),
    exactly("deepCopy", 1, |arguments| deep_copy(&arguments.any(0), arguments, 0)),
    exactly("mustDeepCopy", 1, |arguments| deep_copy(&arguments.any(0), arguments, 0)),
];

/// A mapping to be changed: in Go a nil one cannot be.
fn changed(arguments: &Arguments) -> Result<Dict, String> {
    if arguments.any(0).is_nil() { Err("nil takes no entries".to_owned()) } else { arguments.dict(0) }
}

fn keys(arguments: &Arguments) -> Result<Vec<SmolStr>, String> {
    (1..arguments.len()).map(|index| arguments.string(index)).collect()
}

fn dig(arguments: &mut Arguments) -> Result<Data, String> {
    let count = arguments.len();
    let mut value = Data::Map(arguments.dict(count - 1)?);
    for index in 0..count - 2 {
        let Data::Map(dict) = &value else { return Err(format!("a {} has no keys", value.type_name())) };
        match dict.get(&arguments.string(index)?) {
            Some(next) => value = next,
            None => return Ok(arguments.any(count - 2)),
        }
    }
    Ok(value)
}

fn merge(arguments: &mut Arguments, overwrites: bool) -> Result<Data, String> {
    let target = changed(arguments)?;
    for index in 1..arguments.len() {
        let source = arguments.dict(index)?;
        merge_into(&target, &source, overwrites, arguments, 0)?;
    }
    Ok(Data::Map(target))
}

/// What is empty in the target counts as absent.
fn merge_into(
    target: &Dict,
    source: &Dict,
    overwrites: bool,
    arguments: &mut Arguments,
    depth: usize,
) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("the value nests too deeply".to_owned());
    }
    if target.is_same(source) {
        return Ok(());
    }
    for (key, value) in source.entries() {
        arguments.spend(1)?;
        match (target.get(&key), &value) {
            (Some(Data::Map(old)), Data::Map(new)) if !old.is_empty() || new.is_empty() => {
                merge_into(&old, new, overwrites, arguments, depth + 1)?;
            }
            (Some(old), new) if overwrites || !old.is_true() && new.is_true() => target.set(key, value),
            (Some(_), _) => {}
            (None, _) => target.set(key, value),
        }
    }
    Ok(())
}

fn deep_copy(value: &Data, arguments: &mut Arguments, depth: usize) -> Result<Data, String> {
    arguments.spend(1)?;
    if depth > MAX_DEPTH {
        return Err("the value nests too deeply".to_owned());
    }
    Ok(match value {
        Data::Map(dict) => {
            let entries = dict.entries().into_iter();
            let entries = entries.map(|(key, value)| Ok((key, deep_copy(&value, arguments, depth + 1)?)));
            Data::Map(entries.collect::<Result<Vec<_>, String>>()?.into_iter().collect())
        }
        Data::List(list) if !list.is_strings() => {
            let items = list.items().iter().map(|item| deep_copy(item, arguments, depth + 1));
            Data::list(items.collect::<Result<_, _>>()?)
        }
        other => other.clone(),
    })
}
