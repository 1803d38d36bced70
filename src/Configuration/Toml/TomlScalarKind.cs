namespace GpuContainers.Configuration.Toml;

/// <summary>The kinds of TOML values that the programs carry along and never interpret, but for small integers.</summary>
public enum TomlScalarKind
{
    /// <summary>A whole number of 64 bits.</summary>
    Integer,

    /// <summary>A 64-bit float, inf or nan.</summary>
    Float,

    /// <summary>A date, a time, or both, with or without an offset.</summary>
    DateTime,
}
