//! Cases of names, and names that are unique in a scope.

use std::collections::BTreeSet;

use goodevent_schema::name::words;

/// `UpperCamelCase`.
#[must_use]
pub fn pascal(name: &str) -> String {
    words(name).iter().map(|word| capitalised(word)).collect()
}

/// `lowerCamelCase`.
#[must_use]
pub fn camel(name: &str) -> String {
    let words = words(name);
    let rest = words.iter().skip(1).map(|word| capitalised(word));
    words.first().cloned().into_iter().chain(rest).collect()
}

/// `snake_case`.
#[must_use]
pub fn snake(name: &str) -> String {
    words(name).join("_")
}

/// `UPPER_SNAKE_CASE`.
#[must_use]
pub fn constant(name: &str) -> String {
    snake(name).to_ascii_uppercase()
}

/// The first of `name`, `name2`, `name3`, … that is not in `taken`, to which it is added.
pub fn unique(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut numbered = (2..).map(|n| format!("{name}{n}"));
    let name = match taken.contains(&name) {
        true => numbered.find(|name| !taken.contains(name)).unwrap_or(name),
        false => name,
    };
    taken.insert(name.clone());
    name
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_has_each_case() {
        for (name, expected) in [
            ("subscriptionId", ["SubscriptionId", "subscriptionId", "subscription_id", "SUBSCRIPTION_ID"]),
            ("HTTPServer", ["HttpServer", "httpServer", "http_server", "HTTP_SERVER"]),
            ("x_y__z", ["XYZ", "xYZ", "x_y_z", "X_Y_Z"]),
            ("3d-model", ["N3dModel", "n3dModel", "n3d_model", "N3D_MODEL"]),
            ("", ["Empty", "empty", "empty", "EMPTY"]),
        ] {
            assert_eq!([pascal(name), camel(name), snake(name), constant(name)], expected, "{name}");
        }
    }

    #[test]
    fn collisions_are_counted() {
        let mut taken = BTreeSet::new();
        let names = ["a", "a", "a2", "a"].map(|name| unique(name.to_owned(), &mut taken));
        assert_eq!(names, ["a", "a2", "a22", "a3"]);
    }
}
