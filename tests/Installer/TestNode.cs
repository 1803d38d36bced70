using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace GpuContainers.Installer.Tests;

/// <summary>A folder that plays a node: packages to install from, a place to install to, and the files of engines.</summary>
internal sealed class TestNode : IDisposable
{
    private static readonly string[] s_links = ["nvidia-container-runtime.cdi", "nvidia-container-runtime.legacy", "nvidia-cdi-hook",
        "nvidia-container-runtime-hook", "nvidia-container-cli", "nvidia-ctk"];

    public TestNode()
    {
        Root = Directory.CreateTempSubdirectory("node").FullName;
        Directory.CreateDirectory(At("artifacts/usr/bin"));
        AddProgram("nvidia-container-runtime", "core 1");
        AddProgram("nvidia-ctk-cli", "tools 1");
        foreach (string link in s_links)
            File.CreateSymbolicLink(At("artifacts/usr/bin/" + link), "nvidia-container-runtime");
    }

    public string Root { get; }

    public string ToolkitDir => At("nv/toolkit");

    public string PidFile => At("run/toolkit.pid");

    public string At(string path) => Path.Combine(Root, path);

    public string Read(string path) => File.ReadAllText(At(path));

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    public void AddProgram(string name, string content)
    {
        string path = At("artifacts/usr/bin/" + name);
        File.Delete(path);
        ProgramFile.Write(path, content);
    }

    /// <summary>The options of a run that touches nothing but this folder.</summary>
    public string[] Options(params string[] more) =>
    [
        "--toolkit-source-root=" + At("artifacts"), "--toolkit-install-dir=" + At("nv"), "--pid-file=" + PidFile, "--host-root=", "--restart-mode=none",
            "--config=" + At("etc/config"),
        "--cdi-output-dir=" + At("cdi"), "--config-source=file", .. more,
    ];

    /// <summary>A run that ends after the installation.</summary>
    public CommandResult Install(params string[] more) => Run(Options(["--no-daemon", .. more]));

    public static CommandResult Run(string[] arguments, Dictionary<string, string?>? environment = null) => Command.Run(Program, arguments, environment ?? []);

    /// <summary>Starts a run that stays, and waits until it does.</summary>
    public RunningInstaller Start(params string[] more)
    {
        RunningInstaller running = Begin(more);
        running.Until("Waiting for signal");
        return running;
    }

    /// <summary>Starts a run that goes on beside the test.</summary>
    public RunningInstaller Begin(params string[] more)
    {
        // A shell's background job, and so these tests, may ignore SIGINT and SIGQUIT, and hand that on.
        string[] command = ["--default-signal", Program, .. Options(more)];
        var start = new ProcessStartInfo(Checkout.MachineProgram("env"), command) { RedirectStandardError = true, RedirectStandardOutput = true };
        return new RunningInstaller(Process.Start(start)!);
    }

    /// <summary>The JSON line at the end of a run.</summary>
    public static JsonElement Report(CommandResult result) => JsonDocument.Parse(result.Output.TrimEnd().Split('\n')[^1]).RootElement;

    /// <summary>The names below a folder, with what each is.</summary>
    public string[] Tree(string folder) =>
        [.. Directory.EnumerateFileSystemEntries(At(folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(At(folder), path)).Order(StringComparer.Ordinal)];

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static string Program => Path.Combine(AppContext.BaseDirectory, "nvidia-ctk-installer");
}

/// <summary>An installer that runs beside the test.</summary>
internal sealed class RunningInstaller(Process process) : IDisposable
{
    private readonly List<string> _lines = [];

    public int Id => process.Id;

    /// <summary>Reads what it says up to a line with this text.</summary>
    public void Until(string text)
    {
        while (process.StandardError.ReadLine() is { } line)
        {
            _lines.Add(line);
            if (line.Contains(text, StringComparison.Ordinal))
                return;
        }
        Assert.Fail($"it never said \"{text}\", but: {string.Join('\n', _lines)}");
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string signal) => Command.Run(Checkout.MachineProgram("kill"), "-" + signal, Id.ToString(CultureInfo.InvariantCulture)).Succeeded();

    /// <summary>Sends a signal and waits for the end.</summary>
    public CommandResult End(string signal = "TERM")
    {
        Signal(signal);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = string.Join('\n', _lines) + "\n" + process.StandardError.ReadToEnd();
        process.WaitForExit();
        return new CommandResult(process.ExitCode, output.Result, errors);
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill();
        process.Dispose();
    }
}
