namespace GpuContainers.Engines.Containerd;

/// <summary>The version of a containerd configuration and what depends on it.</summary>
/// <param name="Number">The version as it is written.</param>
internal sealed record ContainerdVersion(TomlScalar Number)
{
    private static readonly TomlScalar s_one = new(TomlScalarKind.Integer, "1");
    private static readonly TomlScalar s_two = new(TomlScalarKind.Integer, "2");

    /// <summary>Whether it is the version without drop-ins, in which the CRI plugin has a short name.</summary>
    internal bool IsFirst => Number.Text == "1";

    /// <summary>Whether containerd 1.x reads it, in which configured runtimes replace those that are built in (CT-195).</summary>
    internal bool HasReplaceableRuntimes => Number.Text is "1" or "2";

    /// <summary>The name of the CRI plugin in that version.</summary>
    internal string PluginName => Number.Text switch
    {
        "1" => "cri",
        "2" => "io.containerd.grpc.v1.cri",
        _ => "io.containerd.cri.v1.runtime",
    };

    /// <summary>The version of a configuration.</summary>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="root">Its content.</param>
    /// <param name="isFirstForNew">Whether a configuration without any key gets version 1 instead of 2.</param>
    /// <exception cref="EngineException">The version is not a whole number.</exception>
    internal static ContainerdVersion From(SourceText source, TomlTable root, bool isFirstForNew) => root["version"] switch
    {
        null when root.Entries.Count == 0 => new ContainerdVersion(isFirstForNew ? s_one : s_two),
        null => new ContainerdVersion(s_one),
        TomlScalar { Kind: TomlScalarKind.Integer } number => new ContainerdVersion((TomlScalar)number.Copy()),
        var other =>
            throw new EngineException(
            $"failed to parse config version: unsupported type for version field: {other}; correct {source.Origin}, line {other.Line}"),
    };
}
