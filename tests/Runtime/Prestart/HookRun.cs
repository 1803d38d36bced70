using System.Diagnostics;
using GpuContainers.Runtime.Tests.Support;

namespace GpuContainers.Runtime.Tests.Prestart;

/// <summary>A bundle, a configuration and an injector that writes down how it was called; then the hook as a process.</summary>
internal sealed class HookRun : IDisposable
{
    private const string Injector = """
        #!/bin/sh
        { printf '%s\n' "$0" "$@"; } > "$RECORD"
        env > "$RECORD.env"
        echo "process $$ of $PPID" > "$RECORD.process"
        cat > "$RECORD.input"
        echo from the injector
        echo and its errors >&2
        exit 7
        """;

    public HookRun(params string[] environment)
    {
        Scratch.Program("bin/nvidia-container-cli", Injector);
        Specify(environment);
        Configure("");
    }

    public ScratchFolder Scratch { get; } = new();

    public string State { get; set; } = "";

    /// <summary>How the injector was called; empty when it was not.</summary>
    public string[] Called => Scratch.Has("record") ? Scratch.Read("record").TrimEnd('\n').Split('\n') : [];

    public string[] CalledEnvironment => Scratch.Read("record.env").TrimEnd('\n').Split('\n');

    public void Specify(params string[] environment) => Scratch.File(
        "bundle/config.json",
        $$$"""{"ociVersion":"1.0.2","process":{"env":[{{{string.Join(',', environment.Select(entry => $"\"{entry}\""))}}}]},"root":{"path":"rootfs"}}""");

    /// <summary>Legacy mode, and this besides.</summary>
    public void Configure(string text) => Scratch.File("config.toml", $"{text}\n[nvidia-container-runtime]\nmode = \"legacy\"\n");

    public CoreProgram.Result Prestart(params (string Name, string Value)[] environment) => Run(["prestart"], environment);

    public CoreProgram.Result Run(string[] arguments, params (string Name, string Value)[] environment) =>
        Run("nvidia-container-runtime-hook", arguments, environment);

    public CoreProgram.Result Run(string name, string[] arguments, params (string Name, string Value)[] environment) =>
        CoreProgram.Run(Scratch, name, arguments, Input, [.. Variables, .. environment]);

    /// <summary>Starts the hook and gives it the state, without waiting for its end.</summary>
    public Process Start()
    {
        Process process = CoreProgram.Start(Scratch, "nvidia-container-runtime-hook", ["prestart"], Variables);
        process.StandardInput.Write(Input);
        process.StandardInput.Close();
        return process;
    }

    public void Dispose() => Scratch.Dispose();

    private string Input => State.Length > 0 ? State : $$"""{"ociVersion":"1.0.2","id":"c1","pid":42,"bundle":"{{Scratch.At("bundle")}}"}""";

    private (string Name, string Value)[] Variables =>
    [
        ("PATH", Scratch.At("bin") + ":/usr/bin:/bin"), ("RECORD", Scratch.At("record")), ("NVIDIA_CTK_CONFIG_FILE_PATH", Scratch.At("config.toml")),
    ];
}
