//! A row that has come back, read by position.

use crate::{Fault, Value};
use jiff::Timestamp;
use jiff::civil::Date;

/// One row: its values in the order of the SELECT list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Row {
    values: Vec<Value>,
}

/// What a column can be read as.
pub trait FromValue: Sized {
    /// The value as this type, or what is wrong with it.
    fn from_value(value: &Value) -> Result<Self, String>;
}

impl Row {
    pub(crate) fn new(values: Vec<Value>) -> Row {
        Row { values }
    }

    /// The values in order, for copying rows as they are.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// Column `i` (from 0) as `T`. `Fault::Shape` when there is no such column or it holds something else.
    pub fn get<T: FromValue>(&self, i: usize) -> Result<T, Fault> {
        let value = self
            .values
            .get(i)
            .ok_or_else(|| Fault::Shape(format!("column {i} of a row of {}", self.values.len())))?;
        T::from_value(value).map_err(|why| Fault::Shape(format!("column {i}: {why}")))
    }

    pub fn text(&self, i: usize) -> Result<String, Fault> {
        self.get(i)
    }

    pub fn int(&self, i: usize) -> Result<i64, Fault> {
        self.get(i)
    }

    pub fn opt_text(&self, i: usize) -> Result<Option<String>, Fault> {
        self.get(i)
    }

    pub fn opt_int(&self, i: usize) -> Result<Option<i64>, Fault> {
        self.get(i)
    }

    /// A boolean kept as 0 or 1.
    pub fn flag(&self, i: usize) -> Result<bool, Fault> {
        self.get(i)
    }

    /// A date kept as `2026-01-31`.
    pub fn date(&self, i: usize) -> Result<Date, Fault> {
        self.get(i)
    }

    /// An instant kept as microseconds since 1970 UTC.
    pub fn instant(&self, i: usize) -> Result<Timestamp, Fault> {
        self.get(i)
    }

    pub fn opt_date(&self, i: usize) -> Result<Option<Date>, Fault> {
        self.get(i)
    }

    pub fn opt_instant(&self, i: usize) -> Result<Option<Timestamp>, Fault> {
        self.get(i)
    }
}

impl FromValue for Value {
    fn from_value(value: &Value) -> Result<Value, String> {
        Ok(value.clone())
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Result<String, String> {
        match value {
            Value::Text(text) => Ok(text.clone()),
            Value::Int(_) => Err("a number where text was expected".into()),
            Value::Null => Err("nothing where text was expected".into()),
        }
    }
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Result<i64, String> {
        match value {
            Value::Int(number) => Ok(*number),
            Value::Text(_) => Err("text where a number was expected".into()),
            Value::Null => Err("nothing where a number was expected".into()),
        }
    }
}

macro_rules! narrower {
    ($($kind:ty),+) => {$(
        impl FromValue for $kind {
            fn from_value(value: &Value) -> Result<$kind, String> {
                let number = i64::from_value(value)?;
                <$kind>::try_from(number).map_err(|_| format!("{number} does not fit"))
            }
        }
    )+};
}
narrower!(i32, u8, u16, u32, u64, usize);

impl FromValue for bool {
    fn from_value(value: &Value) -> Result<bool, String> {
        match i64::from_value(value)? {
            0 => Ok(false),
            1 => Ok(true),
            number => Err(format!("{number} where 0 or 1 was expected")),
        }
    }
}

impl FromValue for Date {
    fn from_value(value: &Value) -> Result<Date, String> {
        String::from_value(value)?.parse().map_err(|fault| format!("not a date: {fault}"))
    }
}

impl FromValue for Timestamp {
    fn from_value(value: &Value) -> Result<Timestamp, String> {
        Timestamp::from_microsecond(i64::from_value(value)?)
            .map_err(|fault| format!("not an instant: {fault}"))
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Result<Option<T>, String> {
        match value {
            Value::Null => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}
