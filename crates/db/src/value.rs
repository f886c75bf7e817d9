//! The two kinds of value a column may hold (TEXT and BIGINT, so that one schema serves SQLite, PostgreSQL and Citus)
//! and how the types of the program become values.

use jiff::Timestamp;
use jiff::civil::Date;

/// What is bound to `$n` and what comes back in a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    Null,
    Int(i64),
    Text(String),
}

/// `params![a, b, c]`: each through `Value::from`, as a `Vec<Value>`.
#[macro_export]
macro_rules! params {
    () => { ::std::vec::Vec::<$crate::Value>::new() };
    ($($value:expr),+ $(,)?) => { ::std::vec![$($crate::Value::from($value)),+] };
}

impl From<&Value> for Value {
    fn from(value: &Value) -> Value {
        value.clone()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<&&str> for Value {
    fn from(text: &&str) -> Value {
        Value::Text((*text).to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Value {
        Value::Text(text.clone())
    }
}

impl From<std::borrow::Cow<'_, str>> for Value {
    fn from(text: std::borrow::Cow<'_, str>) -> Value {
        Value::Text(text.into_owned())
    }
}

macro_rules! small_integers {
    ($($kind:ty),+) => {$(
        impl From<$kind> for Value {
            fn from(number: $kind) -> Value {
                Value::Int(i64::from(number))
            }
        }
    )+};
}
small_integers!(i64, i32, i16, i8, u32, u16, u8, bool);

/// Sizes and counts. Nothing countable in this program passes `i64::MAX`; a larger number is held at it.
impl From<usize> for Value {
    fn from(number: usize) -> Value {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// As for `usize`.
impl From<u64> for Value {
    fn from(number: u64) -> Value {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// `2026-01-31`.
impl From<Date> for Value {
    fn from(date: Date) -> Value {
        Value::Text(date.to_string())
    }
}

impl From<&Date> for Value {
    fn from(date: &Date) -> Value {
        Value::Text(date.to_string())
    }
}

/// Microseconds since 1970 UTC.
impl From<Timestamp> for Value {
    fn from(instant: Timestamp) -> Value {
        Value::Int(instant.as_microsecond())
    }
}

impl From<&Timestamp> for Value {
    fn from(instant: &Timestamp) -> Value {
        Value::Int(instant.as_microsecond())
    }
}

impl<T> From<Option<T>> for Value
where
    Value: From<T>,
{
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Value::from)
    }
}

// One at a time: a blanket rule for `&Option<T>` sends the compiler round in circles.
macro_rules! borrowed_options {
    ($($kind:ty),+) => {$(
        impl From<&Option<$kind>> for Value {
            fn from(value: &Option<$kind>) -> Value {
                value.as_ref().map_or(Value::Null, Value::from)
            }
        }
    )+};
}
borrowed_options!(String, Date, Timestamp);
