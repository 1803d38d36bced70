namespace GpuContainers.Configuration.Toml;

/// <summary>How keys and strings are spelled in TOML.</summary>
public static class TomlKeys
{
    /// <summary>A key as it is written: bare if it consists of letters, digits, "_" and "-", else in double quotes.</summary>
    public static string Key(string name)
    {
        bool bare = name.Length > 0;
        foreach (char c in name)
            bare &= char.IsAsciiLetterOrDigit(c) || c is '_' or '-';
        return bare ? name : Text(name);
    }

    /// <summary>A path of keys as it is written in a header.</summary>
    public static string Path(ReadOnlySpan<string> path)
    {
        var text = new StringBuilder();
        foreach (string name in path)
            text.Append(text.Length == 0 ? "" : ".").Append(Key(name));
        return text.ToString();
    }

    /// <summary>A basic string: double quotes, short escapes where TOML 1.0 has them, \uXXXX for other control characters.</summary>
    public static string Text(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '\b': text.Append("\\b"); break;
                case '\t': text.Append("\\t"); break;
                case '\n': text.Append("\\n"); break;
                case '\f': text.Append("\\f"); break;
                case '\r': text.Append("\\r"); break;
                case '"': text.Append("\\\""); break;
                case '\\': text.Append("\\\\"); break;
                case < ' ' or '\u007f': text.Append("\\u").Append(((int)c).ToString("X4")); break;
                default: text.Append(c); break;
            }
        }
        return text.Append('"').ToString();
    }
}
