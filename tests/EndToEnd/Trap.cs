namespace GpuContainers.EndToEnd.Tests;

/// <summary>Something else than a hook expects, in the place of a file or directory of the image (SEC-2).</summary>
/// <param name="Name">What it is.</param>
/// <param name="IsInside">Whether it leads to the same thing at another place of the image, so that nothing is wrong.</param>
/// <param name="Set">Puts it at a path of the root, after the original was moved away.</param>
internal sealed record Trap(string Name, bool IsInside, Action<HookRoot, string> Set)
{
    /// <summary>Where the original is moved to.</summary>
    internal const string Moved = "moved";

    private const string Up = "../../../../../../../../../../../..";
    private const int Chain = 60;

    internal static readonly Trap[] All =
    [
        new("absolute link to the host", false, static (r, p) => r.MakeLink(p, CanaryHost.Canary)),
        new("relative link to the host", false, static (r, p) => r.MakeLink(p, Up + CanaryHost.Canary)),
        new("link to a file of the host", false, static (r, p) => r.MakeLink(p, CanaryHost.Canary + "/file")),
        new("absolute link within the image", true, static (r, p) => r.MakeLink(p, "/" + Moved)),
        new("relative link within the image", true, static (r, p) => r.MakeLink(p, $"{Up}/{Moved}")),
        new("dangling link", false, static (r, p) => r.MakeLink(p, "/nowhere/at/all")),
        new("link to itself", false, static (r, p) => r.MakeLink(p, "/" + p)),
        new("chain of links to the host", false, static (r, p) => MakeChain(r, p, CanaryHost.Canary)),
        new("magic link", false, static (r, p) => r.MakeLink(p, "/proc/self/cwd")),
        new("file", false, static (r, p) => r.MakeFile(p, "text")),
        new("pipe", false, static (r, p) => Nodes.MakePipe(r.At(p))),
        new("socket", false, static (r, p) => Nodes.MakeSocket(r.At(p))),
        new("device", false, static (r, p) => Nodes.MakeDevice(r.At(p))),
        new("directory", false, static (r, p) => r.MakeFolder(p + "/inner")),
    ];

    /// <summary>Moves the original away and puts the trap in its place.</summary>
    internal void Spring(HookRoot root, string path)
    {
        // Some files are made by the hook itself: then there is nothing to move.
        if (Directory.Exists(root.At(path)))
            Directory.Move(root.At(path), root.At(Moved));
        else if (File.Exists(root.At(path)) || new FileInfo(root.At(path)).LinkTarget is not null)
            File.Move(root.At(path), root.At(Moved));
        Set(root, path);
    }

    private static void MakeChain(HookRoot root, string path, string end)
    {
        root.MakeLink(path, "/link0");
        for (int i = 0; i < Chain; i++)
            root.MakeLink($"link{i}", i < Chain - 1 ? $"link{i + 1}" : end);
    }
}
