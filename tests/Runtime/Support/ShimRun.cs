using System.Text.Json.Nodes;

namespace GpuContainers.Runtime.Tests.Support;

/// <summary>A bundle, a configuration and a low-level runtime that writes down how it was called; then the shim as a process.</summary>
internal sealed class ShimRun : IDisposable
{
    /// <summary>A specification that asks for nothing, with members that nobody knows and odd white space.</summary>
    public const string Specification = """
        { "ociVersion":"1.0.2",  "process":{"user":{"uid":0,"gid":0},"args":["sh"],"env":["PATH=/bin"],"cwd":"/", "oomScoreAdj": 0 },
          "root":{"path":"rootfs"}, "future": {"a": [1, 2.50, 1e3]} }

        """;

    private const string Stub = """
        #!/bin/sh
        { printf '%s\n' "$0" "$@"; } > "$RECORD"
        exit ${STUB_EXIT:-0}
        """;

    public ShimRun(string specification = Specification, string config = "")
    {
        Scratch.Program("bin/runc", Stub);
        Scratch.File("bundle/config.json", specification);
        Scratch.File("config.toml", config);
    }

    public ScratchFolder Scratch { get; } = new();

    public string Bundle => Scratch.At("bundle");

    public string Config
    {
        set => Scratch.File("config.toml", value);
    }

    public string ConfigJson => Scratch.Read("bundle/config.json");

    public JsonNode Json => JsonNode.Parse(ConfigJson)!;

    /// <summary>How the low-level runtime was called; empty when it was not.</summary>
    public string[] Called => Scratch.Has("record") ? Scratch.Read("record").TrimEnd('\n').Split('\n') : [];

    public CoreProgram.Result Create(params string[] before) => Run("nvidia-container-runtime", [.. before, "create", "--bundle", Bundle, "c1"]);

    public CoreProgram.Result Run(string name, string[] arguments, params (string Name, string Value)[] environment) =>
        CoreProgram.Run(Scratch, name, arguments, Variables(environment));

    public (string Name, string Value)[] Variables(params (string Name, string Value)[] more) =>
    [
        ("PATH", Scratch.At("bin") + ":/usr/bin:/bin"), ("RECORD", Scratch.At("record")), ("NVIDIA_CTK_CONFIG_FILE_PATH", Scratch.At("config.toml")), .. more,
    ];

    public void Dispose() => Scratch.Dispose();
}
