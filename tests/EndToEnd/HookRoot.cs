using System.Text.Json.Nodes;

namespace GpuContainers.EndToEnd.Tests;

/// <summary>A container's root in a simulated host, and hooks run on it as a low-level runtime would run them, without one.</summary>
internal sealed class HookRoot
{
    private static int s_count;
    private readonly SimulatedHost _host;

    /// <summary>Makes an empty root.</summary>
    internal HookRoot(SimulatedHost host)
    {
        _host = host;
        Bundle = $"/run/hooks/{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}";
        Directory.CreateDirectory(At(""));
        File.WriteAllText(host.At(StateFile), State);
    }

    /// <summary>The bundle's path in the host.</summary>
    internal string Bundle { get; }

    /// <summary>The root's path in the host.</summary>
    internal string Folder => Bundle + "/rootfs";

    /// <summary>A file of the host that holds the container's state.</summary>
    internal string StateFile => Bundle + "/state.json";

    /// <summary>The container's state as hooks get it; with crun's member for the root, so that no config.json is needed.</summary>
    internal string State =>
        new JsonObject { ["ociVersion"] = "1.0.2", ["id"] = "c", ["pid"] = 1, ["status"] = "creating", ["bundle"] = Bundle, ["root"] = Folder }.ToJsonString();

    /// <summary>A path of the root as this process reaches it.</summary>
    internal string At(string path) => $"{_host.At(Folder)}/{path}";

    /// <summary>Makes a directory, and those above it.</summary>
    internal void MakeFolder(string path) => Directory.CreateDirectory(At(path));

    /// <summary>Makes a file, and the directories above it.</summary>
    internal void MakeFile(string path, string content = "") => MakeFile(path, System.Text.Encoding.UTF8.GetBytes(content));

    /// <summary>Makes a file, and the directories above it.</summary>
    internal void MakeFile(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllBytes(At(path), content);
    }

    /// <summary>Makes a link, and the directories above it.</summary>
    internal void MakeLink(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    /// <summary>Removes the bundle.</summary>
    internal void Delete() => Directory.Delete(_host.At(Bundle), recursive: true);

    /// <summary>Runs a hook.</summary>
    /// <param name="arguments">The hook's name and arguments.</param>
    /// <param name="before">Programs to run it through.</param>
    internal CommandResult Run(IEnumerable<string> arguments, params IEnumerable<string> before) =>
        _host.Run([.. before, "nvidia-cdi-hook", .. arguments], [], State);
}
