namespace GpuContainers.EndToEnd.Tests;

/// <summary>An image that tries to reach the host through the toolkit.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Prepare">Changes the copy of the image: its root as this process reaches it.</param>
/// <param name="Variables">What it sets besides its request for all GPUs.</param>
internal sealed record HostileImage(string Name, Action<string> Prepare, params string[] Variables)
{
    private const string Canary = CanaryHost.Canary;

    internal static readonly HostileImage[] All =
    [
        new("compatibility library that is a link (CVE-2024-0132)", static r => Link(r, "usr/local/cuda/compat/libcuda.so.999.1", Canary + "/file")),
        new("compatibility folder that is a link (CVE-2025-23359)", static r => Link(r, "usr/local/cuda/compat", Canary + "/compat")),
        new("library folder that is a link (CVE-2024-0133)", static r =>
        {
            Directory.Move(r + Machine.LibraryFolder, r + "/usr/lib/real");
            Link(r, Machine.LibraryFolder[1..], Canary);
        }),
        new("link names that are links (CVE-2024-0134)", static r => Link(r, Machine.LibraryFolder[1..] + "/libcuda.so.1", Canary + "/made")),
        new("cache that is a link (CVE-2025-23267)", static r => Link(r, "etc/ld.so.cache", Canary + "/ld.so.cache")),
        new("drop-in folder that is a link (CVE-2025-23267)", static r => Link(r, "etc/ld.so.conf.d", "../../../../../../.." + Canary + "/ld.so.conf.d")),
        new("configuration that is a magic link", static r => Link(r, "etc", "/proc/1/root/etc")),
        new("configuration that is a pipe", static r => Nodes.MakePipe(r + "/etc/ld.so.conf")),
        new("ldconfig of its own (CVE-2024-0136)", static r =>
        {
            Directory.CreateDirectory(r + "/sbin");
            File.WriteAllText(r + "/sbin/ldconfig", $"#!/bin/sh\ntouch {Canary}/ran\n");
            File.SetUnixFileMode(r + "/sbin/ldconfig", UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }),
        new("variables (CVE-2025-23266)", static r => File.WriteAllText(r + "/config.json", "{}"),
            [.. HostileVariables.In("/proc/self/cwd").Where(static v => !v.StartsWith("PATH=", StringComparison.Ordinal))]),
    ];

    private static void Link(string root, string path, string target)
    {
        string link = $"{root}/{path}";
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        if (Directory.Exists(link))
            Directory.Delete(link, recursive: true);
        File.Delete(link);
        File.CreateSymbolicLink(link, target);
    }
}
