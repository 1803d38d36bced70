namespace GpuContainers.Configuration.Toml;

/// <summary>A TOML boolean.</summary>
/// <param name="value">True or false.</param>
public sealed class TomlBoolean(bool value) : TomlValue
{
    /// <summary>True or false.</summary>
    public bool Value { get; } = value;

    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <inheritdoc/>
    public override TomlValue Copy() => new TomlBoolean(Value);

    /// <inheritdoc/>
    public override bool SameAs(TomlValue other) => other is TomlBoolean flag && flag.Value == Value;

    /// <inheritdoc/>
    public override string ToString() => Value ? "true" : "false";
}
