# What a container sees; runs inside it, by busybox.
echo "device nodes:"
ls -l /dev/nvidia* | sed 's/^/  /'
echo "libraries, by the dynamic loader:"
probe libcuda.so.1 libnvidia-ml.so.1 libnvidia-ptxjitcompiler.so.1 | sed 's/^/  /'
echo "environment:"
env | grep ^NVIDIA_ | sort | sed 's/^/  /'
echo "the loader's cache (/etc/ld.so.cache) names:"
tr '\0' '\n' </etc/ld.so.cache | grep '/lib\(cuda\|nvidia-ml\|nvidia-ptxjitcompiler\)\.so' | sort -u | sed 's/^/  /'
echo "programs:"
nvidia-smi -L | head -n 4 | sed 's/^/  /'
