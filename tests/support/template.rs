use std::{fs, path::PathBuf};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Value, json};

/// Returns the path of a file of the project.
pub(crate) fn project_file(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(path)
}

/// Returns the example event of a function.
pub(crate) fn example_event(function: &str) -> String {
    fs::read_to_string(project_file(&format!("functions/{function}/event.json"))).unwrap()
}

/// Returns `template.yaml` as JSON, with CloudFormation's short tags as objects: `!Ref X` is
/// `{"Ref": "X"}`.
pub(crate) fn template() -> Value {
    read("template.yaml")
}

/// Returns a template of `infra/` as JSON, as [`template`] does.
pub(crate) fn infra_template(name: &str) -> Value {
    read(&format!("infra/{name}"))
}

fn read(path: &str) -> Value {
    let text = fs::read_to_string(project_file(path)).unwrap();
    let documents = Yaml::load_from_str(&text).unwrap();
    to_json(&documents[0])
}

fn to_json(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(Scalar::String(text)) => json!(text),
        Yaml::Value(Scalar::Integer(number)) => json!(number),
        Yaml::Value(Scalar::Boolean(flag)) => json!(flag),
        Yaml::Value(Scalar::FloatingPoint(number)) => json!(number.into_inner()),
        Yaml::Sequence(values) => values.iter().map(to_json).collect(),
        Yaml::Mapping(mapping) => {
            let pairs =
                mapping.iter().map(|(name, value)| (to_json(name).as_str().unwrap().to_owned(), to_json(value)));
            Value::Object(pairs.collect())
        }
        Yaml::Tagged(tag, value) => Value::Object(Map::from_iter([(tag.suffix.clone(), to_json(value))])),
        Yaml::Value(Scalar::Null) | Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => Value::Null,
    }
}
