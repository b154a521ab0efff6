//! Macros that generated code calls, where plain code would be long or depend on features.

/// Defines an enum of strings with its decoder and encoder.
///
/// ```
/// goodevent::string_enum! {
///     /// Why a subscription ended.
///     pub enum Reason { Fraud = "fraud", CustomerRequest = "customerRequest", }
/// }
/// assert_eq!(Reason::CustomerRequest.as_str(), "customerRequest");
/// assert_eq!(Reason::ALL.len(), 2);
/// assert_eq!("fraud".parse(), Ok(Reason::Fraud));
/// ```
#[macro_export]
macro_rules! string_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),* $(,)? }
        $($table:literal)?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            const TEXTS: &'static $crate::words::Words = &$crate::words![$($text),* $(; $table)?];

            /// The value as the contract writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::TEXTS.all()[self as usize]
            }
        }

        impl ::core::convert::AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::error::UnknownValue;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                let found = Self::TEXTS.find(text).map(|value_idx| Self::ALL[value_idx]);
                found.ok_or($crate::error::UnknownValue::new(Self::TEXTS.all()))
            }
        }

        impl<'a> $crate::decode::Decode<'a> for $name {
            fn read(c: &mut $crate::cursor::Cursor<'a>) -> ::core::result::Result<Self, $crate::cursor::No> {
                ::core::result::Result::Ok(Self::ALL[c.one_of(Self::TEXTS)?])
            }
        }

        impl $crate::encode::Encode for $name {
            fn write(&self, w: &mut $crate::encode::Writer) {
                w.string(self.as_str());
            }
        }

        $crate::impl_serde_value!($name);
    };
}

/// Reads the members of an object: first in the order of the names, in which producers usually write them, then the
/// remaining members in any order.
///
/// The closure reads the member with a given index and returns whether it is valid. A second closure, if given, reads
/// members with other names, which are rejected otherwise. If a name has escapes in JSON, all names follow `as` in
/// their JSON spelling.
///
/// The variable that the closure fills can be named before the closure. It is then borrowed once, instead of once per
/// part, which leaves less work to the borrow checker.
#[macro_export]
macro_rules! members {
    ($c:ident, $names:tt $(as $keys:tt)?, $slots:ident => |$cursor:ident, $member:ident| $read:expr $(, $other:expr)?) => {
        $crate::members!(
            $c, $names $(as $keys)?,
            |$cursor, $member| {
                let $slots = &mut $slots;
                $read
            }
            $(, $other)?
        )
    };
    ($c:ident, [$($member:literal $name:literal),* $(; $table:literal)?], $($closures:tt)*) => {
        $crate::members!(
            $c, [$($member $name),* $(; $table)?] as [$($name),*], $($closures)*
        )
    };
    (
        $c:ident, [$($member:literal $name:literal),* $(; $table:literal)?] as [$($key:literal),*],
        $read:expr
    ) => {
        static NAMES: $crate::words::Words = $crate::words![$($name),* $(; $table)?];
        let mut read = $crate::object::reader($read);
        let mut members = $crate::members!(@in_order $c, read, [$($member $key),*]);
        while let ::core::option::Option::Some(member) = members.next_known($c, &NAMES)? {
            if !read($c, member) {
                return ::core::result::Result::Err($crate::cursor::No);
            }
        }
    };
    (
        $c:ident, [$($member:literal $name:literal),* $(; $table:literal)?] as [$($key:literal),*],
        $read:expr, $other:expr
    ) => {
        static NAMES: $crate::words::Words = $crate::words![$($name),* $(; $table)?];
        let (mut read, mut read_other) = ($crate::object::reader($read), $crate::object::other_reader($other));
        let mut members = $crate::members!(@in_order $c, read, [$($member $key),*]);
        while let ::core::option::Option::Some(key) = members.next($c, &NAMES)? {
            let is_valid = match key {
                $crate::object::Key::Known(member) => read($c, member),
                $crate::object::Key::Other(name) => read_other($c, name),
            };
            if !is_valid {
                return ::core::result::Result::Err($crate::cursor::No);
            }
        }
    };
    (@in_order $c:ident, $read:ident, []) => {
        $crate::object::Members::open($c)?
    };
    (@in_order $c:ident, $read:ident, [$zero:literal $first:literal $(, $member:literal $key:literal)*]) => {{
        let mut members = $crate::object::Members::open($c)?;
        if members.begin($c, ::core::concat!("\"", $first, "\":"))
            && !($read($c, $zero) $(&& (!members.follows($c, ::core::concat!(",\"", $key, "\":")) || $read($c, $member)))*)
        {
            return ::core::result::Result::Err($crate::cursor::No);
        }
        members
    }};
}

/// Makes a type an event: its borrowed twin, its contract, and what features ask for.
#[macro_export]
macro_rules! event {
    (
        $(#[$meta:meta])* pub type $twin:ident $(<$lifetime:lifetime>)? of $name:ident;
        $(pub struct $headers:ident { $($(#[$doc:meta])* $header:ident = $header_text:literal),* })?
        { $($field:ident: $value:expr),* }
    ) => {
        #[doc = ::core::concat!("[`", ::core::stringify!($name), "`] with strings that stay in the input.")]
        $(#[$meta])*
        pub type $twin $(<$lifetime>)? = $crate::borrowed!($name $($lifetime)?);

        impl $crate::Event for $name {
            type Borrowed<'a> = $crate::borrowed!($name $($lifetime)?);
            type Headers = $crate::first!($($headers,)? ());
            const CONTRACT: $crate::Contract = $crate::Contract {
                $($field: $value,)*
                codec: $crate::event::Codec::of::<Self>(),
                ..$crate::Contract::EMPTY
            };
        }

        $($crate::headers! { $name $headers { $($(#[$doc])* $header = $header_text),* } })?

        $crate::impl_serde!($name);
        $crate::impl_json_schema!($name);
    };
}

/// Gives a type that is part of events its borrowed twin, and the traits that features ask for.
#[doc(hidden)]
#[macro_export]
macro_rules! part {
    ($(#[$meta:meta])* pub type $twin:ident<$lifetime:lifetime> of $name:ident) => {
        #[doc = ::core::concat!("[`", ::core::stringify!($name), "`] with strings that stay in the input.")]
        $(#[$meta])*
        pub type $twin<$lifetime> = $crate::borrowed!($name $lifetime);

        $crate::impl_serde_value!($name);
    };
}

/// The type of a name with strings that stay in the input, if it has any: its definition in the module's `generic`.
#[doc(hidden)]
#[macro_export]
macro_rules! borrowed {
    ($name:ident) => {
        $name
    };
    ($name:ident $lifetime:lifetime) => {
        generic::$name<::std::borrow::Cow<$lifetime, str>>
    };
}

/// The first of some.
#[doc(hidden)]
#[macro_export]
macro_rules! first {
    ($first:ty $(, $rest:ty)*) => {
        $first
    };
}

/// The mandatory headers of an event.
#[doc(hidden)]
#[macro_export]
macro_rules! headers {
    ($event:ident $name:ident { $($(#[$doc:meta])* $header:ident = $text:literal),* }) => {
        #[doc = ::core::concat!("The headers of each message with a [`", ::core::stringify!($event), "`].")]
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$doc])* pub $header: ::std::string::String),*
        }

        impl $crate::Headers for $name {
            const NAMES: &'static [&'static str] = &[$($text),*];

            fn values(&self) -> ::std::vec::Vec<&str> {
                ::std::vec![$(&self.$header),*]
            }

            fn of(values: ::std::vec::Vec<::std::string::String>) -> ::core::option::Option<Self> {
                let mut values = ::core::iter::IntoIterator::into_iter(values);
                ::core::option::Option::Some(Self { $($header: values.next()?),* })
            }
        }
    };
}

/// `serde::Serialize` and a `serde::Deserialize` that validates, with the feature `serde`.
#[cfg(feature = "serde")]
#[macro_export]
macro_rules! impl_serde {
    ($name:ident) => {
        impl $crate::serde::__private::Serialize for $name {
            fn serialize<S: $crate::serde::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::serialize(self, serializer)
            }
        }

        impl<'de> $crate::serde::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::serde::deserialize(deserializer)
            }
        }
    };
}

/// Without the feature `serde`, nothing.
#[cfg(not(feature = "serde"))]
#[macro_export]
macro_rules! impl_serde {
    ($name:ident) => {};
}

/// The same of a type that is part of events.
#[cfg(feature = "serde")]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_serde_value {
    ($name:ident) => {
        impl $crate::serde::__private::Serialize for $name {
            fn serialize<S: $crate::serde::__private::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::serde::serialize_value(self, stringify!($name), serializer)
            }
        }

        impl<'de> $crate::serde::__private::Deserialize<'de> for $name {
            fn deserialize<D: $crate::serde::__private::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::serde::deserialize_value(stringify!($name), deserializer)
            }
        }
    };
}

/// Without the feature `serde`, nothing.
#[cfg(not(feature = "serde"))]
#[doc(hidden)]
#[macro_export]
macro_rules! impl_serde_value {
    ($name:ident) => {};
}

/// `schemars::JsonSchema`, which gives the contract itself, with the feature `schemars`.
#[cfg(feature = "schemars")]
#[macro_export]
macro_rules! impl_json_schema {
    ($name:ident) => {
        impl $crate::schemars::__private::JsonSchema for $name {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(<Self as $crate::Event>::NAME)
            }

            fn json_schema(
                _: &mut $crate::schemars::__private::SchemaGenerator,
            ) -> $crate::schemars::__private::Schema {
                $crate::schemars::contract::<Self>()
            }
        }
    };
}

/// Without the feature `schemars`, nothing.
#[cfg(not(feature = "schemars"))]
#[macro_export]
macro_rules! impl_json_schema {
    ($name:ident) => {};
}

/// Items that need a feature, as a registry maps formats to the types of a crate. Without it, an error takes their place.
macro_rules! needed {
    ($dollar:tt $($feature:literal $name:ident),*) => {
        $(
            #[cfg(feature = $feature)]
            #[doc(hidden)]
            #[macro_export]
            macro_rules! $name {
                ($dollar($dollar items:tt)*) => { $dollar($dollar items)* };
            }

            #[cfg(not(feature = $feature))]
            #[doc(hidden)]
            #[macro_export]
            macro_rules! $name {
                ($dollar($dollar items:tt)*) => {
                    ::core::compile_error!(::core::concat!(
                        "`[rust.formats]` of `goodevent.toml` names a type of the crate `", $feature,
                        "`: turn on the feature `", $feature, "` of `goodevent`: cargo add goodevent --features ", $feature
                    ));
                };
            }
        )*
    };
}

needed!($ "jiff" needs_jiff, "uuid" needs_uuid);
