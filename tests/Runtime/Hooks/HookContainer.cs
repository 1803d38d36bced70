using System.Text;
using GpuContainers.Diagnostics;
using GpuContainers.Linux.Files;
using GpuContainers.Runtime.Hooks;
using GpuContainers.Runtime.Hooks.CommandLine;
using GpuContainers.Runtime.Tests.Support;
using Microsoft.Win32.SafeHandles;

namespace GpuContainers.Runtime.Tests.Hooks;

/// <summary>A bundle with a root file system, and hooks run on it in this process.</summary>
internal sealed class HookContainer : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public HookContainer()
    {
        Directory.CreateDirectory(Root);
        _scratch.File("bundle/config.json", """{"ociVersion":"1.0.2","root":{"path":"rootfs"}}""");
    }

    /// <summary>The container's root on the host.</summary>
    public string Root => _scratch.At("bundle/rootfs");

    public string Bundle => _scratch.At("bundle");

    /// <summary>A folder of the host beside the bundle.</summary>
    public string Outside => Directory.CreateDirectory(_scratch.At("outside")).FullName;

    public string State => $$"""{"ociVersion":"1.0.2","id":"c","pid":1,"status":"creating","bundle":"{{Bundle}}"}""";

    /// <summary>The host's path of a path of the container.</summary>
    public string At(string path) => Root + path;

    /// <summary>Writes a file of the container, with what is missing above it.</summary>
    public HookContainer File(string path, string content = "")
    {
        _ = _scratch.File("bundle/rootfs" + path, content);
        return this;
    }

    public HookContainer File(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        System.IO.File.WriteAllBytes(At(path), content);
        return this;
    }

    public HookContainer Folder(string path)
    {
        Directory.CreateDirectory(At(path));
        return this;
    }

    /// <summary>Makes a link of the container, with what is missing above it.</summary>
    public HookContainer Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        System.IO.File.CreateSymbolicLink(At(path), target);
        return this;
    }

    /// <summary>Makes a pipe of the container, with what is missing above it.</summary>
    public HookContainer Pipe(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        Nodes.MakePipe(At(path));
        return this;
    }

    public string Read(string path) => System.IO.File.ReadAllText(At(path));

    /// <summary>The text a link of the container holds; null when it is missing or no link.</summary>
    public string? Target(string path) => new FileInfo(At(path)).LinkTarget;

    /// <summary>The whole tree: see <see cref="TreeListing"/>.</summary>
    public string Listing() => TreeListing.Of(Root);

    /// <summary>Dates everything back, so that what is written from now on shows in the listing.</summary>
    public HookContainer Aged()
    {
        Command.Run("/usr/bin/find", Root, "-exec", "touch", "-h", "-d", "2001-01-01", "{}", "+").Succeeded();
        return this;
    }

    /// <summary>The names in /etc/ld.so.conf.d, in order; none when it is missing.</summary>
    public string[] DropIns()
    {
        string folder = At("/etc/ld.so.conf.d");
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>Runs a hook with the container's state on standard input.</summary>
    public HookResult Run(params string[] arguments) => RunWith(State, arguments);

    /// <summary>Runs a hook that must succeed without a word of warning.</summary>
    public HookResult Succeed(params string[] arguments)
    {
        HookResult result = Run(arguments);
        Assert.True(result.Status == 0 && !result.Errors.Contains("level=warning", StringComparison.Ordinal), $"status {result.Status}: {result.Errors}");
        return result;
    }

    /// <summary>Runs a hook that must fail with one error, which is the last line, and the first one too if there are others (HK-149).</summary>
    public HookResult Fail(params string[] arguments)
    {
        HookResult result = Run(arguments);
        Assert.True(result.Status == 1, $"status {result.Status}: {result.Errors}");
        // One record that is understandable alone (HK-22).
        Assert.Contains("level=error", result.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("level=error", result.Lines[0], StringComparison.Ordinal);
        Assert.Single(result.Lines.Distinct(), line => line.Contains("level=error", StringComparison.Ordinal));
        return result;
    }

    /// <summary>Runs a hook with this on standard input.</summary>
    public HookResult RunWith(string input, params string[] arguments) =>
        RunBytes(Encoding.UTF8.GetBytes(input), [.. arguments.Select(Encoding.UTF8.GetBytes)]);

    public HookResult RunBytes(byte[] input, params byte[][] arguments)
    {
        string inputFile = _scratch.At("stdin");
        System.IO.File.WriteAllBytes(inputFile, input);
        using SafeFileHandle from = System.IO.File.OpenHandle(inputFile);
        using SafeFileHandle output = Create("stdout");
        using SafeFileHandle errors = Create("stderr");
        int status;
        try
        {
            status = HookProgram.Run(HookCaller.CdiHook, arguments, new HookStreams(Number(from), Number(output), new HookLog(Number(errors))));
        }
        finally
        {
            Log.Start(LogLevel.Info);
        }
        return new HookResult(status, _scratch.Read("stdout"), _scratch.Read("stderr"));
    }

    public void Dispose() => _scratch.Dispose();

    private SafeFileHandle Create(string name) => System.IO.File.OpenHandle(_scratch.At(name), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);

    // The handle keeps the descriptor; the object made here is never disposed of.
    private static Descriptor Number(SafeFileHandle handle) => new((int)handle.DangerousGetHandle());
}
