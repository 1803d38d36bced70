using System.Globalization;
using GpuContainers.Fuzz.Tests.Boundary;
using GpuContainers.Fuzz.Tests.Runner;

namespace GpuContainers.Fuzz.Tests;

/// <summary>Two programs in one: the tests of the corpora, and what afl-fuzz drives (eng/fuzz.sh).</summary>
public static class Program
{
    /// <summary>
    /// Serves "list", "instrument FOLDER", "fuzz TARGET", "replay TARGET FILE…", "steps TARGET FILE…", "boundary SEED FIRST COUNT FOLDER" and
    /// "boundary-case SEED NUMBER"; every other command line goes to the test runner.
    /// </summary>
    public static int Main(string[] args)
    {
        switch (args)
        {
            case ["list"]:
                foreach (string name in FuzzTargets.Names)
                    Console.Out.WriteLine(name);
                return 0;
            case ["instrument", string folder]:
                AflSession.Instrument(folder);
                return 0;
            case ["fuzz", string name]:
                AflSession.Serve(FuzzTargets.Get(name));
                return 0;
            case ["replay", string name, .. string[] files]:
                foreach (string file in files)
                    FuzzTargets.Get(name).Run(File.ReadAllBytes(file));
                return 0;
            case ["steps", string name, .. string[] files]:
                StepCount.Print(FuzzTargets.Get(name), files);
                return 0;
            case ["boundary", string seed, string first, string count, string folder]:
                using (var fuzzer = new BoundaryFuzzer(Number(seed), measuresTime: true))
                    return fuzzer.Run(Number(first), (int)Number(count), folder);
            case ["boundary-case", string seed, string number]:
                using (var fuzzer = new BoundaryFuzzer(Number(seed), measuresTime: true))
                    Console.Out.Write(fuzzer.Replay(Number(number)));
                return 0;
            default:
                return Xunit.MicrosoftTestingPlatform.TestPlatformTestFramework
                    .RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions).GetAwaiter().GetResult();
        }
    }

    private static ulong Number(string text) => ulong.Parse(text, CultureInfo.InvariantCulture);
}
