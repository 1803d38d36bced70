using SharpFuzz;

namespace GpuContainers.Fuzz.Tests.Runner;

/// <summary>The two things that coverage-guided fuzzing by afl-fuzz needs of a program.</summary>
internal static class AflSession
{
    /// <summary>Longer inputs are cut: what is read here is smaller, and afl-fuzz mutates small inputs better.</summary>
    private const int LongestInput = 1 << 20;

    /// <summary>Rewrites the assemblies under test in the folder (a copy, never the build's own output) so that they report their branches.</summary>
    /// <remarks>The assembly of the targets stays as it is: its branches say nothing about the code under test.</remarks>
    public static void Instrument(string folder)
    {
        string own = Path.GetFileName(typeof(AflSession).Assembly.Location);
        foreach (string path in Directory.GetFiles(folder, "*.dll").Where(p => IsUnderTest(Path.GetFileName(p), own)))
            Fuzzer.Instrument(path, static _ => true, Options.Value);
    }

    /// <summary>Answers afl-fuzz until it stops asking.</summary>
    public static void Serve(IFuzzTarget target) => Fuzzer.OutOfProcess.Run(stream =>
    {
        byte[] buffer = new byte[LongestInput];
        int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        target.Run(buffer.AsSpan(0, length));
    });

    private static bool IsUnderTest(string file, string own) =>
        file != own
            && (file.StartsWith("GpuContainers.", StringComparison.Ordinal) || file is "nvidia-container-runtime.dll" or "SharpYaml.dll" or "Tomlyn.dll");
}
