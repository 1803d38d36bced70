namespace GpuContainers.Configuration.Toml;

/// <summary>A TOML string of any of the four spellings.</summary>
/// <param name="value">The text it stands for.</param>
public sealed class TomlString(string value) : TomlValue
{
    /// <summary>The text it stands for.</summary>
    public string Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "string";

    /// <inheritdoc/>
    public override TomlValue Copy() => new TomlString(Value);

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other) => other is TomlString text && text.Value == Value;

    /// <inheritdoc/>
    public override string ToString() => Value;
}
