using System.Text;
using GpuContainers.Simulator.Elf;

namespace GpuContainers.Nvml.Tests;

public sealed class NvmlLibraryTests(StubLibraries stubs) : IClassFixture<StubLibraries>
{
    [Fact]
    [Requirement("NV-3")]
    public void The_newest_name_of_a_function_is_called()
    {
        using NvmlLibrary both = Open(), old = Open("WITHOUT_NEW_NAMES");
        Assert.Equal(NvmlReturn.Success, both.Initialize());
        Assert.Equal((NvmlReturn)4, old.Initialize());
        Assert.Equal(3u, Get(both.GetDeviceCount(out uint count), count));
        Assert.Equal(1u, Get(old.GetDeviceCount(out count), count));
        Assert.Equal(2, Get(both.GetDevice(1, out nint device), device));
        Assert.Equal(7, Get(old.GetDevice(1, out device), device));
    }

    // What is not there is no crash; a driver without MIG or addressing is not an error at all.
    [Fact]
    [Requirement("NV-4", "NV-9", "NV-10", "NV-13")]
    public void A_library_without_functions_answers_that_they_are_missing()
    {
        using NvmlLibrary nvml = OpenFile(stubs.File("empty.so", new SharedObject("libnvidia-ml.so.1").ToBytes()));
        Assert.All(
            [
                nvml.Initialize(), nvml.Shutdown(), nvml.GetDriverVersion(out _), nvml.GetCudaVersion(out _), nvml.GetDeviceCount(out _),
                    nvml.GetDevice(0, out _), nvml.GetName(1, out _),
                nvml.GetUuid(1, out _), nvml.GetMinor(1, out _), nvml.GetPciAddress(1, out _), nvml.GetMaximumMigDevices(1, out _),
                    nvml.GetMigDevice(1, 0, out _), nvml.GetGpuInstance(1, out _),
                nvml.GetComputeInstance(1, out _),
            ],
            static result => Assert.Equal(NvmlReturn.FunctionNotFound, result));
        Assert.Equal(NvmlReturn.Success, nvml.GetMigMode(1, out bool capable, out bool enabled));
        Assert.Equal(NvmlReturn.Success, nvml.GetCoherent(1, out bool coherent));
        Assert.False(capable || enabled || coherent || nvml.HasGraphics(1, 0));
        Assert.Equal("ERROR_FUNCTION_NOT_FOUND", nvml.TextOf(NvmlReturn.FunctionNotFound));
    }

    [Theory]
    [Requirement("NV-2")]
    [InlineData("missing")]
    [InlineData("text")]
    [InlineData("other-machine")]
    public void What_does_not_load_is_told_in_the_loaders_words(string kind)
    {
        string path = kind switch
        {
            "missing" => "/nowhere/libnvidia-ml.so.1",
            "text" => stubs.File("text.so", Encoding.ASCII.GetBytes("no library")),
            _ => stubs.File("other.so", new SharedObject("libnvidia-ml.so.1", is32Bit: true).ToBytes()),
        };
        Assert.Null(NvmlLibrary.Open(path, out string error));
        Assert.Contains(path, error, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("NV-11", "NV-12")]
    public void The_address_is_the_text_or_made_of_the_numbers()
    {
        using NvmlLibrary both = Open(), old = Open("WITHOUT_NEW_NAMES");
        Assert.Equal("00010000:3B:00.0", Get(both.GetPciAddress(1, out string address), address));
        Assert.Equal("000a:3b:01.0", Get(old.GetPciAddress(1, out address), address));
    }

    [Fact]
    [Requirement("NV-33")]
    public void Texts_end_at_the_buffers_end_and_what_is_not_written_is_zero()
    {
        using NvmlLibrary nvml = Open();
        Assert.Equal(new string('5', 80), Get(nvml.GetDriverVersion(out string version), version));
        Assert.Equal(0u, Get(nvml.GetMinor(1, out uint minor), minor));
        Assert.Equal("NVIDIA H200", Get(nvml.GetName(1, out string name), name));
    }

    [Fact]
    [Requirement("NV-14")]
    public void The_CUDA_version_is_that_of_the_function_without_a_number()
    {
        using NvmlLibrary nvml = Open();
        Assert.Equal(12090, Get(nvml.GetCudaVersion(out int version), version));
    }

    // The stub refuses another version of the struct.
    [Theory]
    [Requirement("NV-13", "NV-32")]
    [InlineData(0, NvmlReturn.Success, false)]
    [InlineData(1, NvmlReturn.Success, false)]
    [InlineData(2, NvmlReturn.Success, true)]
    [InlineData(-3, NvmlReturn.Success, false)]
    [InlineData(-15, NvmlReturn.GpuIsLost, false)]
    public void Addresses_are_shared_with_address_translation_alone(int answer, NvmlReturn result, bool coherent)
    {
        using NvmlLibrary nvml = Open($"ADDRESSING={answer}");
        Assert.Equal(result, nvml.GetCoherent(1, out bool isCoherent));
        Assert.Equal(coherent, isCoherent);
    }

    [Theory]
    [Requirement("NV-9", "NV-10")]
    [InlineData("MIG=0", NvmlReturn.Success, true, false)]
    [InlineData("MIG=1", NvmlReturn.Success, true, true)]
    [InlineData("MIG=2", NvmlReturn.Success, true, false)]
    [InlineData("MIG=-3", NvmlReturn.Success, false, false)]
    [InlineData("MIG=-15", NvmlReturn.GpuIsLost, false, false)]
    public void A_GPU_can_be_cut_when_the_call_succeeds_and_is_when_its_mode_is_one(string macro, NvmlReturn result, bool capable, bool enabled)
    {
        using NvmlLibrary nvml = Open(macro);
        Assert.Equal(result, nvml.GetMigMode(1, out bool isCapable, out bool isEnabled));
        Assert.Equal((capable, enabled), (isCapable, isEnabled));
    }

    [Theory]
    [InlineData("LIMITS=0", NvmlReturn.Success)]
    [InlineData("LIMITS=3", NvmlReturn.NotSupported)]
    [InlineData("COUNT=3", NvmlReturn.FunctionNotFound)]
    [Requirement("HK-141")]
    public void Limits_are_set_for_a_GPU_by_UUID_and_a_cgroup(string macro, NvmlReturn result)
    {
        using NvmlLibrary nvml = Open(macro);
        Assert.Equal(NvmlReturn.NotFound, nvml.GetDevice("MIG-1", out _));
        Assert.Equal(2, Get(nvml.GetDevice("GPU-1", out nint device), device));
        Assert.Equal(result, nvml.SetMemoryLimits(device, "/sys/fs/cgroup/a", 1, ulong.MaxValue));
    }

    // The id of a profile is looked up; the stub knows no profile 5, and the loop goes past it.
    [Fact]
    [Requirement("NV-24", "NV-25")]
    public void Four_profiles_can_draw()
    {
        var drawing = new List<int>();
        for (int profile = 0; profile < 20; profile++)
        {
            using NvmlLibrary nvml = Open("MIG=1", $"PROFILE={profile}");
            if (nvml.HasGraphics(1, 5))
                drawing.Add(profile);
        }
        Assert.Equal([10, 11, 12, 17], drawing);
    }

    [Fact]
    [Requirement("NV-5")]
    public void Codes_are_told_in_the_librarys_words_or_by_their_built_in_names()
    {
        using NvmlLibrary wordy = Open(), without = Open("WITHOUT_WORDS"), silent = Open("SILENT");
        Assert.Equal("GPU is lost", wordy.TextOf(NvmlReturn.GpuIsLost));
        Assert.Equal("ERROR_GPU_IS_LOST", without.TextOf(NvmlReturn.GpuIsLost));
        Assert.Equal("ERROR_GPU_IS_LOST", silent.TextOf(NvmlReturn.GpuIsLost));
    }

    // Appendix C of the requirements.
    [Theory]
    [Requirement("NV-5")]
    [InlineData(0, "SUCCESS")]
    [InlineData(1, "ERROR_UNINITIALIZED")]
    [InlineData(2, "ERROR_INVALID_ARGUMENT")]
    [InlineData(3, "ERROR_NOT_SUPPORTED")]
    [InlineData(4, "ERROR_NO_PERMISSION")]
    [InlineData(5, "ERROR_ALREADY_INITIALIZED")]
    [InlineData(6, "ERROR_NOT_FOUND")]
    [InlineData(7, "ERROR_INSUFFICIENT_SIZE")]
    [InlineData(8, "ERROR_INSUFFICIENT_POWER")]
    [InlineData(9, "ERROR_DRIVER_NOT_LOADED")]
    [InlineData(10, "ERROR_TIMEOUT")]
    [InlineData(11, "ERROR_IRQ_ISSUE")]
    [InlineData(12, "ERROR_LIBRARY_NOT_FOUND")]
    [InlineData(13, "ERROR_FUNCTION_NOT_FOUND")]
    [InlineData(14, "ERROR_CORRUPTED_INFOROM")]
    [InlineData(15, "ERROR_GPU_IS_LOST")]
    [InlineData(16, "ERROR_RESET_REQUIRED")]
    [InlineData(17, "ERROR_OPERATING_SYSTEM")]
    [InlineData(18, "ERROR_LIB_RM_VERSION_MISMATCH")]
    [InlineData(19, "ERROR_IN_USE")]
    [InlineData(20, "ERROR_MEMORY")]
    [InlineData(21, "ERROR_NO_DATA")]
    [InlineData(22, "ERROR_VGPU_ECC_NOT_SUPPORTED")]
    [InlineData(23, "ERROR_INSUFFICIENT_RESOURCES")]
    [InlineData(24, "ERROR_FREQ_NOT_SUPPORTED")]
    [InlineData(25, "ERROR_ARGUMENT_VERSION_MISMATCH")]
    [InlineData(26, "ERROR_DEPRECATED")]
    [InlineData(27, "ERROR_NOT_READY")]
    [InlineData(28, "ERROR_GPU_NOT_FOUND")]
    [InlineData(29, "ERROR_INVALID_STATE")]
    [InlineData(30, "ERROR_RESET_TYPE_NOT_SUPPORTED")]
    [InlineData(999, "ERROR_UNKNOWN")]
    [InlineData(31, "unknown return value: 31")]
    [InlineData(-1, "unknown return value: -1")]
    public void Every_code_has_a_name(int code, string text) => Assert.Equal(text, ((NvmlReturn)code).BuiltIn());

    private static T Get<T>(NvmlReturn result, T value)
    {
        Assert.Equal(NvmlReturn.Success, result);
        return value;
    }

    private NvmlLibrary Open(params string[] macros) => OpenFile(stubs.Compile("nvml", macros));

    private static NvmlLibrary OpenFile(string path)
    {
        NvmlLibrary? nvml = NvmlLibrary.Open(path, out string error);
        Assert.True(nvml is not null, error);
        return nvml;
    }
}
