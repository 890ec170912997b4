use std::collections::BTreeMap;

use serde_json::Value;
use utoipa::openapi::{
    Components, Paths, Ref, RefOr, Required, Schema,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
};

/// The path parameters: name, description and schema.
const IDS: [(&str, &str, &str); 5] = [
    ("customer_id", "The customer's id.", "Id"),
    ("item_id", "The watchlist item's id.", "Id"),
    ("product_id", "The product's id in the catalogue.", "ProductId"),
    ("session_id", "The session's id.", "Id"),
    ("user_id", "The account's id.", "Id"),
];

/// Returns the parameters that a path has in braces.
pub(crate) fn in_path(path: &str) -> impl Iterator<Item = RefOr<Parameter>> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names.filter_map(|name| IDS.iter().find(|id| id.0 == name)).map(|(name, description, schema)| {
        let parameter = ParameterBuilder::new()
            .name(*name)
            .parameter_in(ParameterIn::Path)
            .description(Some(*description))
            .required(Required::True)
            .schema(Some(RefOr::<Schema>::Ref(Ref::from_schema_name(*schema))));
        RefOr::T(parameter.build())
    })
}

/// Moves parameters that several operations have to `components/parameters`.
pub(crate) fn share(paths: &mut Paths, components: &mut Components) {
    let mut seen: BTreeMap<String, (Parameter, usize)> = BTreeMap::new();
    for_each(paths, |parameter| {
        let RefOr::T(parameter) = parameter else { return };
        seen.entry(key(parameter)).or_insert_with(|| (parameter.clone(), 0)).1 += 1;
    });
    seen.retain(|_, (_, times)| *times > 1);
    for_each(paths, |parameter| {
        let RefOr::T(own) = parameter else { return };
        if seen.contains_key(&key(own)) {
            *parameter = RefOr::Ref(Ref::new(format!("#/components/parameters/{}", own.name)));
        }
    });
    components.parameters = seen.into_values().map(|(own, _)| (own.name.clone(), RefOr::T(own))).collect();
}

/// Returns a text that is equal for equal parameters.
fn key(parameter: &Parameter) -> String {
    serde_json::to_value(parameter).as_ref().map_or_else(|_| parameter.name.clone(), Value::to_string)
}

fn for_each(paths: &mut Paths, mut visit: impl FnMut(&mut RefOr<Parameter>)) {
    for path in paths.paths.values_mut() {
        let operations = [&mut path.get, &mut path.put, &mut path.post, &mut path.patch, &mut path.delete];
        let parameters =
            operations.into_iter().flatten().filter_map(|Operation { parameters, .. }| parameters.as_mut());
        parameters.flatten().for_each(&mut visit);
    }
}
