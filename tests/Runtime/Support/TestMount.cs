using System.Diagnostics;

namespace GpuContainers.Runtime.Tests.Support;

/// <summary>A mount for the time of a test. Where mounts are not allowed the test is skipped.</summary>
internal sealed class TestMount : IDisposable
{
    private readonly string _path;

    private TestMount(string path) => _path = path;

    public static TestMount Tmpfs(string path, string options)
    {
        Directory.CreateDirectory(path);
        Mount("-t", "tmpfs", "-o", options, "tmpfs", path);
        return new TestMount(path);
    }

    public static TestMount Bind(string source, string path)
    {
        Mount("--bind", source, path);
        return new TestMount(path);
    }

    public static void Remount(string path, string options) => Mount("-o", "remount," + options, path);

    public void Dispose() => Run("umount", "-l", _path);

    private static void Mount(params string[] arguments)
    {
        if (Run("mount", arguments) != 0)
            Assert.Skip("mounts are not allowed here: mount " + string.Join(' ', arguments));
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }
}
