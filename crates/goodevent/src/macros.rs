//! Macros that generated code calls, where plain code would be long or depend on features.

/// Defines an enum of strings with its decoder and encoder.
///
/// ```
/// goodevent::string_enum! {
///     /// Why a subscription ended.
///     pub enum Reason { Fraud = "fraud", CustomerRequest = "customerRequest", }
/// }
/// assert_eq!(Reason::CustomerRequest.as_str(), "customerRequest");
/// assert_eq!("fraud".parse(), Ok(Reason::Fraud));
/// ```
#[macro_export]
macro_rules! string_enum {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant,)* }

        impl $name {
            /// All values, in the order of the contract.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];
            const TEXTS: &'static $crate::words::Words = &$crate::words![$($text),*];

            /// The value as the contract writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                Self::TEXTS.all()[self as usize]
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::core::str::FromStr for $name {
            type Err = $crate::cursor::No;

            fn from_str(text: &str) -> ::core::result::Result<Self, Self::Err> {
                Self::TEXTS.find(text).map(|value_idx| Self::ALL[value_idx]).ok_or($crate::cursor::No)
            }
        }

        impl<'a> $crate::decode::Decode<'a> for $name {
            fn read(c: &mut $crate::cursor::Cursor<'a>) -> ::core::result::Result<Self, $crate::cursor::No> {
                Ok(Self::ALL[c.one_of(Self::TEXTS)?])
            }
        }

        impl $crate::encode::Encode for $name {
            fn write(&self, w: &mut $crate::encode::Writer) {
                w.string(self.as_str());
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
